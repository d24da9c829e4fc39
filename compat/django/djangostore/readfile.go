package djangostore

import (
	"errors"
	"io"
	"os"
	"time"
)

// readFile returns what is in a file and when that very file was changed, also if
// another one takes its name meanwhile.
func readFile(path string) (content []byte, modified time.Time, err error) {
	file, err := os.Open(path) //nolint:gosec // a key gives the name, and has neither dots nor slashes in it
	if err != nil {
		return nil, time.Time{}, unnamed(err)
	}
	info, err := file.Stat()
	if err == nil {
		modified = info.ModTime()
		content, err = io.ReadAll(file)
	}
	return content, modified, unnamed(errors.Join(err, file.Close()))
}
