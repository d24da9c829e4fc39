package filestore

import (
	"errors"
	"os"
	"syscall"
)

// From winerror.h.
const (
	errorHandleDiskFull syscall.Errno = 39
	errorDiskFull       syscall.Errno = 112
)

// syncFolder does nothing: Windows has no call for it, and NTFS keeps a journal
// of what happens in folders.
func syncFolder(*os.Root, string) error { return nil }

// diskFull tells whether err says that there is no room left.
func diskFull(err error) bool {
	return errors.Is(err, errorDiskFull) || errors.Is(err, errorHandleDiskFull)
}
