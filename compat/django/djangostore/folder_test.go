package djangostore

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/kv"
	"github.com/coatcheck-go/session/kv/kvtest"
)

const key = "ew7r4m4hj9nwa57717yxi995b51kh32k"

// token is what every Django writes for {"a":1} at the second 1700000000.
const token = "eyJhIjoxfQ:1r31eq:-erKf6X8XuUqGwrV8KEYexjqNCph05oz8-C135MZMYM"

func sessions(t *testing.T, path string, o FolderOptions) *Folder {
	t.Helper()
	f, err := OpenFolder(path, o)
	must(t, err)
	return f
}

func cacheFolder(t *testing.T, path string) *Folder {
	t.Helper()
	f, err := OpenCacheFolder(path)
	must(t, err)
	return f
}

func TestFolder(t *testing.T) {
	t.Parallel() // it waits for times to live
	kvtest.Run(t, func(t *testing.T) (a, b kv.Store) {
		path := t.TempDir()
		return named{sessions(t, path, FolderOptions{})}, named{sessions(t, path, FolderOptions{})}
	})
}

func TestCacheFolder(t *testing.T) {
	t.Parallel()
	kvtest.Run(t, func(t *testing.T) (a, b kv.Store) {
		path := t.TempDir()
		return cacheFolder(t, path), cacheFolder(t, path)
	})
}

// A file of Django's is read, and written to the same bytes in its place.
func TestSessionFile(t *testing.T) {
	path := t.TempDir()
	file := filepath.Join(path, "sessionid"+key)
	store := sessions(t, path, FolderOptions{})
	must(t, os.WriteFile(file, []byte(token), 0o600))
	value, err := store.Get(t.Context(), key)
	if err != nil || value != token {
		t.Fatalf("%q, %v", value, err)
	}
	must(t, store.Swap(t.Context(), key, token, "other", time.Hour), store.Swap(t.Context(), key, "other", token, time.Hour))
	content, err := os.ReadFile(file)
	info, statErr := os.Stat(file)
	must(t, err, statErr)
	if string(content) != token || info.Mode() != 0o600 {
		t.Errorf("%q, mode %v", content, info.Mode())
	}
	// Django counts two weeks from the file's time.
	if left := time.Until(info.ModTime().Add(defaultAge)); left > time.Hour || left < 59*time.Minute {
		t.Errorf("in Django's eyes it has %v left", left)
	}
	names, err := os.ReadDir(path)
	must(t, err)
	for _, entry := range names {
		if name := entry.Name(); strings.HasPrefix(name, "sessionid") && name != filepath.Base(file) {
			t.Errorf("%s is left", name)
		}
	}
}

// A file is over when Django says so, and then it isn't there.
func TestSessionFileExpiry(t *testing.T) {
	path := t.TempDir()
	store := sessions(t, path, FolderOptions{CookieName: "sid", Age: time.Hour, Expiry: func(payload string, modified time.Time) (time.Time, bool) {
		return modified.Add(time.Minute), payload == "a minute"
	}})
	now := time.Now()
	for _, c := range []struct {
		content  string
		modified time.Time
		live     bool
	}{
		{"anything", now.Add(-59 * time.Minute), true},
		{"anything", now.Add(-61 * time.Minute), false},
		{"a minute", now.Add(-59 * time.Second), true},
		{"a minute", now.Add(-61 * time.Second), false},
		{"", now, true}, // while Django creates it
	} {
		file := filepath.Join(path, "sid"+key)
		must(t, os.WriteFile(file, []byte(c.content), 0o600), os.Chtimes(file, c.modified, c.modified))
		value, err := store.Get(t.Context(), key)
		if c.live != (err == nil) || err == nil && value != c.content || err != nil && !errors.Is(err, session.ErrNotFound) {
			t.Errorf("%q of %v ago: %q, %v", c.content, now.Sub(c.modified), value, err)
		}
	}
	must(t, store.Add(t.Context(), "x", "a minute", time.Minute), store.Add(t.Context(), "y", "anything", time.Minute))
	for name, want := range map[string]time.Duration{"sidx": 0, "sidy": -59 * time.Minute} {
		info, err := os.Stat(filepath.Join(path, name))
		must(t, err)
		if d := time.Until(info.ModTime()) - want; d > time.Second || d < -10*time.Second {
			t.Errorf("%s is off by %v", name, d)
		}
	}
}

// What can't be a key of Django's is never a file, least of all elsewhere.
func TestSessionFileKeys(t *testing.T) {
	path := t.TempDir()
	store := sessions(t, path, FolderOptions{})
	for _, bad := range []string{"", "../x", "a/b", "UPPER", "a_b", "a.b", "é", strings.Repeat("a", 101)} {
		_, err := store.Get(t.Context(), bad)
		if !errors.Is(err, session.ErrNotFound) {
			t.Errorf("Get of %q: %v", bad, err)
		}
		if err := store.Swap(t.Context(), bad, "", "", time.Hour); !errors.Is(err, session.ErrNotFound) {
			t.Errorf("Swap of %q: %v", bad, err)
		}
		if err := store.Add(t.Context(), bad, "v", time.Hour); err == nil {
			t.Errorf("Add of %q was done", bad)
		}
		must(t, store.Delete(t.Context(), bad))
	}
}

func TestSweepFolders(t *testing.T) {
	for name, open := range map[string]func(t *testing.T) *Folder{
		"sessions": func(t *testing.T) *Folder { return sessions(t, t.TempDir(), FolderOptions{}) },
		"cache":    func(t *testing.T) *Folder { return cacheFolder(t, t.TempDir()) },
	} {
		t.Run(name, func(t *testing.T) {
			f := open(t)
			must(t, os.WriteFile(filepath.Join(f.path, "sessionid_foreign"), nil, 0o600))
			for i, ttl := range []time.Duration{time.Hour, time.Nanosecond, time.Nanosecond, time.Nanosecond} {
				must(t, f.Add(t.Context(), strings.Repeat("k", i+1), "v", ttl))
			}
			time.Sleep(10 * time.Millisecond) // what is over has been so for some time
			for _, want := range []int{2, 1, 0} {
				if n, err := f.Sweep(t.Context(), 2); n != want || err != nil {
					t.Errorf("swept %d, %v, want %d", n, err, want)
				}
			}
			if _, err := f.Get(t.Context(), "k"); err != nil {
				t.Error(err)
			}
			if _, err := os.Stat(filepath.Join(f.path, "sessionid_foreign")); err != nil {
				t.Error(err)
			}
		})
	}
}

// The file that Django 5.2 wrote for {'a': 1, 's': 'hi'}, under the key of its name.
const (
	cacheFile = "\x80\x05\x95\n\x00\x00\x00\x00\x00\x00\x00GA\xda\xc5'[\xb1\x01S.x\x9ck`\x9d*\xc2\x00\x01\xb5S4z\x18\x13\xa7x3\xf60\x16O\xe9a\xca\xc8\x9cR\xaa\x07\x00n\xed\x08`"
	cacheKey  = ":1:django.contrib.sessions.cache81jzn7rpx2uhx8fna7oaif3t6ykuh50z"
	cacheName = "fe815e6de56c55581cccced75def10e2.djcache"
	smallDict = "\x80\x05\x95\x14\x00\x00\x00\x00\x00\x00\x00}\x94(\x8c\x01a\x94K\x01\x8c\x01s\x94\x8c\x02hi\x94u."
)

func TestCacheFile(t *testing.T) {
	path := t.TempDir()
	store := cacheFolder(t, path)
	value, until, err := cacheForm{}.read([]byte(cacheFile), time.Time{})
	if err != nil || value != smallDict || until.Unix() != 1796513134 {
		t.Fatalf("%q until %v (%d), %v", value, until, until.Unix(), err)
	}
	must(t, store.Add(t.Context(), cacheKey, smallDict, time.Hour))
	content, err := os.ReadFile(filepath.Join(path, cacheName))
	must(t, err)
	if again, _, err := (cacheForm{}).read(content, time.Time{}); again != smallDict || err != nil || !strings.HasPrefix(string(content), cacheFile[:12]) {
		t.Errorf("%q, %v", content, err)
	}
}

// None is for ever, an empty file is over, and what isn't Django's is broken.
func TestCacheFileForms(t *testing.T) {
	path := t.TempDir()
	store := cacheFolder(t, path)
	forever := "\x80\x05N." + cacheFile[21:]
	for content, want := range map[string]error{
		forever:                     nil,
		"":                          session.ErrNotFound,
		"x":                         session.ErrBroken,
		"\x80\x05N.x":               session.ErrBroken,
		"\x80\x05K\x01." + "xxxxxx": session.ErrBroken,
		"\x80\x05\x95\xff\xff\xff\xff\xff\xff\xff\xffG": session.ErrBroken,
	} {
		must(t, os.WriteFile(filepath.Join(path, cacheName), []byte(content), 0o600))
		if value, err := store.Get(t.Context(), cacheKey); !errors.Is(err, want) || err == nil && value != smallDict {
			t.Errorf("%q: %q, %v", content, value, err)
		}
	}
}

func TestOpenFolderErrors(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	must(t, os.WriteFile(file, nil, 0o600))
	for path, o := range map[string]FolderOptions{
		file:        {},
		file + "no": {},
		t.TempDir(): {CookieName: "a/b"},
	} {
		if _, err := OpenFolder(path, o); err == nil {
			t.Errorf("%s, %v: no error", path, o.CookieName)
		}
	}
	if _, err := OpenCacheFolder(file); err == nil {
		t.Error("a file is no folder")
	}
}

// An error of the system doesn't tell the path, which has the key in it.
func TestFolderErrorsAreSecret(t *testing.T) {
	path := t.TempDir()
	store := sessions(t, path, FolderOptions{})
	must(t, os.MkdirAll(filepath.Join(path, "sessionid"+key, "in it"), 0o700))
	_, get := store.Get(t.Context(), key)
	for _, err := range []error{get, store.Add(t.Context(), key, "v", time.Hour), store.Delete(t.Context(), key)} {
		if err == nil || strings.Contains(err.Error(), key) {
			t.Errorf("error %v", err)
		}
	}
}
