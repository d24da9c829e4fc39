package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/coatcheck-go/session/filestore"
)

// openFolder opens a folder of sessions.
func openFolder(_ context.Context, dir string, w want) (*backend, error) {
	if dir == "" {
		return nil, usagef("file: needs a folder: file:DIR")
	}
	if _, err := os.Stat(dir); err != nil && !w.create {
		return nil, hint(err, "name the folder of an existing store")
	}
	path, err := filepath.Abs(filepath.Join(dir, w.space))
	if err != nil {
		return nil, err
	}
	if w.foreign != nil {
		if err := makeFolder(path, w.create); err != nil {
			return nil, err
		}
		return &backend{place: "files in the folder " + path, foreign: place{folder: path}, lasts: true, close: func() error { return nil }}, nil
	}
	store, err := filestore.Open(path, filestore.Options{})
	if err != nil {
		return nil, fmt.Errorf("can't use the folder %s: %w", dir, err)
	}
	return &backend{
		store: store,
		place: "files in the folder " + path,
		lasts: true,
		close: store.Close,
		clean: func(context.Context) error { return os.RemoveAll(path) },
	}, nil
}

// makeFolder makes a folder for this user only, if that is wanted.
func makeFolder(path string, create bool) error {
	if !create {
		return nil
	}
	if err := os.MkdirAll(path, 0o700); err != nil {
		return hint(err, "name another folder")
	}
	return nil
}
