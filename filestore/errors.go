package filestore

import (
	"errors"
	"fmt"
	"io/fs"
)

// fail wraps err with the package and the verb, and with advice if there is any.
func fail(verb string, err error) error {
	if err == nil {
		return nil
	}
	if a := advice(err); a != "" {
		return fmt.Errorf("filestore: %s: %w: %s", verb, err, a)
	}
	return fmt.Errorf("filestore: %s: %w", verb, err)
}

// advice says what to do about an error of the file system.
func advice(err error) string {
	switch {
	case diskFull(err):
		return "make room on the disk or raise the limit, or sweep more often"
	case errors.Is(err, fs.ErrPermission):
		return "let the folder and all in it belong to the user this program runs as"
	}
	return ""
}
