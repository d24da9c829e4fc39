package flasksession

import (
	"encoding/binary"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/compat/internal/pickle"
)

// A file of a Folder.
type file struct {
	name  string
	value string
	until time.Time // zero: for ever
}

// find returns the live file of key, under whichever name.
func (f *Folder) find(key string) (file, error) {
	for _, name := range f.names {
		found, err := f.read(name(key))
		if err == nil && (found.until.IsZero() || !time.Now().After(found.until)) {
			return found, nil
		}
		if err != nil && !errors.Is(err, session.ErrNotFound) {
			return file{}, err
		}
	}
	return file{}, session.ErrNotFound
}

// read returns a file, live or not. Like cachelib it takes one that is too short for
// none.
func (f *Folder) read(name string) (file, error) {
	b, err := os.ReadFile(filepath.Join(f.path, name)) //nolint:gosec // the name is a hash
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(b) < head {
		return file{}, session.ErrNotFound
	}
	if err != nil {
		return file{}, err
	}
	found := file{name: name, value: string(b[head:])}
	if seconds := binary.LittleEndian.Uint32(b); seconds > 0 {
		found.until = time.Unix(int64(seconds), 0)
	}
	return found, nil
}

// write makes a file that is whole at every moment. until is zero for ever.
func (f *Folder) write(name, value string, until time.Time) error {
	tmp, err := f.prepare(value, until)
	if err != nil {
		return err
	}
	return os.Rename(tmp, filepath.Join(f.path, name))
}

// prepare writes a file under a name that nobody looks at, and returns its path.
func (f *Folder) prepare(value string, until time.Time) (path string, err error) {
	tmp, err := os.CreateTemp(f.path, "*"+temporary)
	if err != nil {
		return "", err
	}
	_, err = tmp.Write(append(binary.LittleEndian.AppendUint32(nil, seconds(until)), value...))
	if err = errors.Join(err, tmp.Chmod(f.mode), tmp.Close()); err != nil {
		_ = os.Remove(tmp.Name())
	}
	return tmp.Name(), err
}

// seconds is t as cachelib has it, never earlier than t; what is beyond its 32
// bits, in 2106, is for ever.
func seconds(t time.Time) uint32 {
	if t.IsZero() {
		return 0
	}
	n := t.Add(time.Second - 1).Unix()
	if n > math.MaxUint32 {
		return 0
	}
	return uint32(n) //nolint:gosec // it is in range
}

// remove removes the files of key.
func (f *Folder) remove(key string) error {
	for _, name := range f.names {
		err := os.Remove(filepath.Join(f.path, name(key)))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err == nil {
			err = f.adjust(-1)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// adjust changes cachelib's count of files, if it counts them: by a count that is too
// small it would keep more than its threshold, by one too large delete what is in
// use.
func (f *Folder) adjust(by int64) error {
	for _, name := range f.names {
		count, err := f.read(name(countKey))
		if err != nil {
			continue
		}
		v, err := pickle.Read([]byte(count.value), pickle.Limits{})
		n, ok := v.(int64)
		if err != nil || !ok {
			continue
		}
		b, err := pickle.Append(nil, max(n+by, 0), pickle.Protocol5)
		if err == nil {
			err = f.write(name(countKey), string(b), time.Time{})
		}
		if err != nil {
			return err
		}
	}
	return nil
}
