//go:build !(darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd || windows)

package filelock

import (
	"errors"
	"fmt"
	"os"
	"runtime"
)

// Try fails: a lock that locks nothing would lose what another process writes.
func Try(*os.File) (got bool, err error) {
	return false, fmt.Errorf("%s has no file locks: %w", runtime.GOOS, errors.ErrUnsupported)
}

func unlock(*os.File) {}
