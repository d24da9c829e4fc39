//go:build !(darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd || windows)

package filestore

import (
	"errors"
	"fmt"
	"os"
	"runtime"
)

// tryLock fails, and with it Open: without locks two processes could write over
// each other's records.
func tryLock(*os.File) (got bool, err error) {
	return false, fmt.Errorf("%s has no file locks: %w", runtime.GOOS, errors.ErrUnsupported)
}

func unlockFile(*os.File) {}

func syncFolder(*os.Root, string) error { return nil }

func diskFull(error) bool { return false }
