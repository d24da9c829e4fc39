package djangostore

import (
	"context"
	"errors"
	"io"
	"os"
	"time"
)

// sweepFiles is how many names of a folder are read at once.
const sweepFiles = 256

// Sweep deletes at most limit files whose time is over, and tells how many it did
// delete; fewer than limit means that, for now, no more are left. It does what
// "manage.py clearsessions" does. The lock is held for one file at a time. An error
// comes with the number deleted until then. Any number of callers may sweep at once.
func (f *Folder) Sweep(ctx context.Context, limit int) (deleted int, err error) {
	dir, err := os.Open(f.path)
	if err != nil {
		return 0, failed("folder: sweep", err)
	}
	defer dir.Close()
	for deleted < limit {
		names, err := dir.Readdirnames(sweepFiles)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return deleted, failed("folder: sweep", err)
		}
		n, err := f.sweep(ctx, names, limit-deleted)
		deleted += n
		if err != nil {
			return deleted, err
		}
	}
	return deleted, nil
}

func (f *Folder) sweep(ctx context.Context, names []string, limit int) (deleted int, err error) {
	for _, name := range names {
		if deleted == limit {
			break
		}
		if !f.form.owns(name) || !f.over(name) {
			continue
		}
		err = f.locked(ctx, "sweep", func() error {
			if !f.over(name) { // another has written to it meanwhile
				return nil
			}
			deleted++
			return f.remove(name)
		})
		if err != nil {
			return deleted, err
		}
	}
	return deleted, ctx.Err()
}

// over tells whether there is a file whose time is over. One that can't be read isn't.
func (f *Folder) over(name string) bool {
	r, err := f.read(name)
	return err == nil && !r.until.After(time.Now())
}
