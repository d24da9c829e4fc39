package main

import (
	"context"
	"fmt"
	"time"

	"github.com/coatcheck-go/session/compat/django"
	"github.com/coatcheck-go/session/compat/django/djangostore"
)

// upkeepDjango is for sweeping. A cache forgets by itself.
func upkeepDjango(b *backend, w want) error {
	switch {
	case b.foreign.db != nil:
		table, err := b.djangoTable()
		if err != nil {
			return err
		}
		b.sweep = table.Sweep
	case b.foreign.folder != "":
		files, err := newDjangoFiles(b.foreign.folder, w)
		if err != nil {
			return err
		}
		b.sweep = files.sweep
	}
	return nil
}

// djangoFiles are the sessions of the engine file, to be swept. When one ends is said in
// its signed text; where that can't be read the file stays.
type djangoFiles struct {
	folder     *djangostore.Folder
	signer     *django.Signer
	unreadable int
}

func newDjangoFiles(path string, w want) (*djangoFiles, error) {
	secrets, err := openSecrets(w.secretFile)
	switch {
	case err != nil:
		return nil, err
	case !secrets.lasts:
		return nil, usagef("django+file: only the signed text of a session says when it ends: give the site's SECRET_KEY in %s or by --secret-file", secretVariable)
	}
	f := &djangoFiles{}
	if f.signer, err = django.NewSigner(django.Options{SecretKeys: secrets.keys}); err != nil {
		return nil, err
	}
	f.folder, err = djangostore.OpenFolder(path, djangostore.FolderOptions{Age: w.lifetime, Expiry: f.expiry})
	return f, err
}

// expiry is when a session ends by its own text; ok is false if it doesn't say.
func (f *djangoFiles) expiry(text string, modified time.Time) (until time.Time, ok bool) {
	if text == "" { // Django is just making it
		return until, false
	}
	if _, err := f.signer.Loads([]byte(text)); err != nil {
		f.unreadable++
		return time.Now().Add(longest), true
	}
	return f.signer.Expiry(text, modified)
}

func (f *djangoFiles) sweep(ctx context.Context, limit int) (deleted int, err error) {
	f.unreadable = 0
	deleted, err = f.folder.Sweep(ctx, limit)
	if err == nil && deleted < limit && f.unreadable > 0 {
		err = fmt.Errorf("sweep: %d files stay, since this SECRET_KEY hasn't signed them: give the site's own, and its fallbacks, by --secret-file", f.unreadable)
	}
	return deleted, err
}
