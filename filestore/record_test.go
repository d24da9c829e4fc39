package filestore

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
)

// golden is a record file of format 1, in full: later versions must read it.
const golden = "coatrec\x01\xce\x43\x1c\x2d" +
	"\x00\x00\x00\x00\x00\x00\x00\x07" + "\x00\x00\x01\x8c\xc2\x51\xf4\x00" +
	"\x00\x00\x00\x03\x00\x00\x00\x05\x00\x00\x00\x04" + "key" + "alice" + "data"

func goldenEntry() session.Entry {
	return session.Entry{Key: "key", Record: session.Record{
		Data: "data", Subject: "alice", Version: 7,
		Expires: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC),
	}}
}

func TestFormat(t *testing.T) {
	b, err := encode(goldenEntry())
	if err != nil || string(b) != golden {
		t.Errorf("encode: got %q, %v", b, err)
	}
	e, err := decode([]byte(golden))
	if err != nil {
		t.Fatal(err)
	}
	want := goldenEntry()
	if !e.Record.Expires.Equal(want.Record.Expires) {
		t.Errorf("decode: expires %v", e.Record.Expires)
	}
	e.Record.Expires = want.Record.Expires
	if e != want {
		t.Errorf("decode: got %q %+v", string(e.Key), e.Record)
	}
}

func TestTooLarge(t *testing.T) {
	s := quick(t)
	create(t, s, "largest", in(time.Hour, strings.Repeat("x", 64<<20), ""))
	_, err := s.Create(t.Context(), "key", in(time.Hour, strings.Repeat("x", maxFile), "alice"))
	if err == nil || !strings.Contains(err.Error(), "too large") {
		t.Errorf("Create: got error %v", err)
	}
	wantFiles(t, s, idOf("key").folder())
}

// damage writes content in the place of key's file.
func damage(t *testing.T, s *Store, key session.Key, content []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(s.root.Name(), idOf(key).path()), content, 0o600); err != nil {
		t.Fatal(err)
	}
}

func fileOf(t *testing.T, s *Store, key session.Key) []byte {
	t.Helper()
	b, err := s.root.ReadFile(idOf(key).path())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// A file cut short anywhere, lengthened, or with any bit flipped is ErrBroken,
// and stays as it is.
func TestDamagedFiles(t *testing.T) {
	s := quick(t)
	old := create(t, s, "key", in(time.Hour, "some data", "alice"))
	whole := fileOf(t, s, "key")
	check := func(content []byte, what string, at int) {
		t.Helper()
		damage(t, s, "key", content)
		if _, err := s.Load(t.Context(), "key"); !errors.Is(err, session.ErrBroken) {
			t.Fatalf("Load, %s %d: got error %v", what, at, err)
		}
	}
	for n := range whole {
		check(whole[:n], "cut at", n)
		for bit := range 8 {
			b := bytes.Clone(whole)
			b[n] ^= 1 << bit
			check(b, "bit flipped in byte", n)
		}
	}
	long := append(bytes.Clone(whole), 0)
	check(long, "lengthened at", len(whole))

	_, err := s.Load(t.Context(), "key")
	wantErr(t, "Load", err, session.ErrBroken)
	_, err = s.Update(t.Context(), "key", old, in(time.Hour, "two", ""))
	wantErr(t, "Update", err, session.ErrBroken)
	wantErr(t, "Touch", s.Touch(t.Context(), "key", old, time.Now().Add(time.Hour)), session.ErrBroken)
	if n, err := s.Sweep(t.Context(), 10); n != 0 || err != nil {
		t.Errorf("Sweep: %d, %v", n, err)
	}
	if page, _, err := s.List(t.Context(), "", 10); len(page) != 0 || err != nil {
		t.Errorf("List: %d records, %v", len(page), err)
	}
	if !bytes.Equal(fileOf(t, s, "key"), long) {
		t.Error("the damaged file was changed")
	}
}

// The error says what is wrong.
func TestBrokenSaysWhy(t *testing.T) {
	newer := []byte(golden)
	newer[len(magic)] = 9
	flipped := []byte(golden)
	flipped[len(flipped)-1] ^= 1
	for _, c := range []struct{ file, want string }{
		{"", "it is cut short"},
		{golden[:30], "it is cut short"},
		{golden[:45], "it is cut short or too long"},
		{"#!/bin/sh\n" + golden, "it is no session record"},
		{string(newer), "format 9"},
		{string(flipped), "its checksum is wrong"},
		{golden, "it belongs under another name"},
	} {
		s := quick(t)
		create(t, s, "other", in(time.Hour, "", ""))
		damage(t, s, "other", []byte(c.file))
		_, err := s.Load(t.Context(), "other")
		wantErr(t, c.want, err, session.ErrBroken)
		if !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), idOf("other").path()) {
			t.Errorf("got %q, want %q and the file's name", err, c.want)
		}
	}
}

// MB-02: a file copied over another one's isn't taken for it, even if it is whole.
func TestCopiedFile(t *testing.T) {
	s := quick(t)
	create(t, s, "key", in(time.Hour, "of alice", ""))
	create(t, s, "other", in(time.Hour, "of bob", ""))
	damage(t, s, "other", fileOf(t, s, "key"))
	_, err := s.Load(t.Context(), "other")
	wantErr(t, "Load", err, session.ErrBroken)
	wantData(t, s, "key", "of alice")
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(golden))
	f.Fuzz(func(t *testing.T, b []byte) {
		e, err := decode(b)
		if err != nil {
			wantErr(t, "decode", err, session.ErrBroken)
			return
		}
		again, err := encode(e)
		if err != nil || !bytes.Equal(again, b) {
			t.Errorf("encode(decode(b)): %v, or other bytes", err)
		}
	})
}

// The seeds of FuzzDecode are there, and not all alike to it.
func TestSeeds(t *testing.T) {
	files, err := filepath.Glob("testdata/fuzz/FuzzDecode/*")
	if err != nil || len(files) < 8 {
		t.Errorf("%d seeds, %v; want 8 or more", len(files), err)
	}
}
