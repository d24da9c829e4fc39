package keyring

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// fileHead begins a new key file.
const fileHead = `# Coatcheck's keys: one a line, the first seals, all open.
# Whoever can read this file can be any visitor. Keep it out of version control.
`

// File returns a ring of the key file at path, see the package's documentation. It
// is read now and by each Reload. The error names the file and the line, and shows
// nothing of what is in it; fs.ErrPermission: others than the owner can read the
// file.
func File(path string) (*Ring, error) {
	return newRing(func() ([]*Key, error) {
		lines, err := readLines(path)
		if err != nil {
			return nil, fmt.Errorf("keyring: load: %w", err)
		}
		return keysOf(lines), nil
	})
}

// NewFile makes a key file at path with one fresh key in it, mode 0600.
// fs.ErrExist: there is a file already; it stays as it is.
func NewFile(path string) error {
	if err := writeNew(path, []byte(fileHead+freshLine())); err != nil {
		return fmt.Errorf("keyring: new file: %w", err)
	}
	return nil
}

// RotateFile puts a fresh key in front of those in the key file at path, and keeps
// the first keep of the former ones, all if keep is negative. Comments stay. At every
// moment the old file is there or the new one. Errors as File; fs.ErrExist: another
// rotation is under way, or its process died and left path.new, which may be removed.
func RotateFile(path string, keep int) error {
	lines, err := readLines(path)
	if err == nil {
		err = replaceFile(path, rotate(lines, keep))
	}
	if err != nil {
		return fmt.Errorf("keyring: rotate: %w", err)
	}
	return nil
}

// A line is one of a key file; key is nil for one that counts for nothing.
type line struct {
	text string
	key  *Key
}

func keysOf(lines []line) (keys []*Key) {
	for _, l := range lines {
		if l.key != nil {
			keys = append(keys, l.key)
		}
	}
	return keys
}

// rotate returns the text of a file whose former keys are in lines.
func rotate(lines []line, keep int) []byte {
	var text strings.Builder
	kept, fresh := 0, freshLine()
	for _, l := range lines {
		if l.key != nil {
			text.WriteString(fresh)
			fresh = ""
			if kept++; keep >= 0 && kept > keep {
				continue
			}
		}
		text.WriteString(l.text + "\n")
	}
	return []byte(text.String() + fresh)
}

func freshLine() string {
	return Generate().Reveal() + " " + time.Now().UTC().Format(time.RFC3339) + "\n"
}

func readLines(path string) ([]line, error) {
	f, err := os.Open(path) //nolint:gosec // the caller names the file
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if err := checkMode(f); err != nil {
		return nil, err
	}
	var lines []line
	scanner := bufio.NewScanner(f)
	for scanner.Scan() {
		l := line{text: scanner.Text()}
		if l.key, err = parseLine(l.text); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", path, len(lines)+1, err)
		}
		lines = append(lines, l)
	}
	return lines, scanner.Err()
}

// parseLine returns the key on a line, nil on an empty line or a comment.
func parseLine(text string) (*Key, error) {
	fields := strings.Fields(text)
	if len(fields) == 0 || strings.HasPrefix(fields[0], "#") {
		return nil, nil
	}
	secret, err := ParseSecret(fields[0])
	if err != nil {
		return nil, err
	}
	key, err := NewKey(secret)
	if err != nil || len(fields) == 1 {
		return key, err
	}
	key.created, err = time.Parse(time.RFC3339, fields[1])
	if err != nil || len(fields) > 2 {
		return nil, errors.New("after the secret only the time may follow when it was made, such as 2026-11-22T04:15:54Z")
	}
	return key, nil
}

// checkMode refuses a file that others can read or write.
func checkMode(f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 && runtime.GOOS != "windows" {
		return fmt.Errorf("%s has mode %04o, but a key file must be its owner's alone (chmod 600): %w", f.Name(), mode, fs.ErrPermission)
	}
	return nil
}

// writeNew makes a file that isn't there yet, and has the disk confirm it.
func writeNew(path string, text []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // as above
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}

// replaceFile puts a new file in the place of the one at path, following a symbolic
// link to where it is.
func replaceFile(path string, text []byte) error {
	path, err := filepath.EvalSymlinks(path)
	if err != nil {
		return err
	}
	temp := path + ".new" // of two at once the second finds it there, so no key is lost
	if err := writeNew(temp, text); err != nil {
		return err
	}
	if err := os.Rename(temp, path); err != nil {
		return errors.Join(err, os.Remove(temp))
	}
	return syncFolder(filepath.Dir(path))
}

// syncFolder waits until the disk has confirmed the new name. Windows can't.
func syncFolder(path string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	dir, err := os.Open(path) //nolint:gosec // as above
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
