package flasksession

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

func folder(t *testing.T, path string, o FolderOptions) *Folder {
	t.Helper()
	f, err := OpenFolder(path, o)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestFolder(t *testing.T) {
	kvtest.Run(t, func(t *testing.T) (a, b kv.Store) {
		path := t.TempDir()
		return folder(t, path, FolderOptions{}), folder(t, path, FolderOptions{})
	})
}

// The files of both cachelibs: a session's, and the count of files.
var folders = []struct {
	md5         bool
	sid         string
	name, count string
}{
	{true, "c4528312-6644-4ceb-a8f9-629b47afa107", "e75c702db606199ec288d6a32c17bc6c", "2029240f6d1128be89ddc32729463129"},
	{false, "72qsxhA5s2_ZZasB0eHsf_6kI4YiS3e4Xn09HfmpGe0", "6b9f09a04e5995638d8a3f2d2769adfb78b207d27cfbf102b6ab74f4dc97fedc", "79bc207ee04a581ab2348ca1f3494e64cd0ec36128735b8c6bc85ddd8fe1938c"},
}

// Files of either name are found, whichever new ones have, and written in their place
// to the same bytes.
func TestFolderVectors(t *testing.T) {
	for _, v := range folders {
		for _, md5 := range []bool{false, true} {
			path := t.TempDir()
			file := filepath.Join(path, v.name)
			must(t, os.WriteFile(file, []byte("\xff\xff\xff\xf0"+vectors[4].stored), 0o600))
			store := folder(t, path, FolderOptions{MD5: md5})
			s := open(t, newManager(t, Options{Store: store}), v.sid)
			must(t, s.MarkModified(), s.Save())
			b, err := os.ReadFile(file)
			if err != nil || len(b) < 4 || string(b[4:]) != vectors[4].stored {
				t.Errorf("%q, %v", b, err)
			}
			info, err := os.Stat(file)
			if err != nil || info.Mode() != 0o600 {
				t.Errorf("mode %v, %v", info.Mode(), err)
			}
			must(t, newManager(t, Options{Store: store}).End(t.Context(), session.Token(v.sid)))
			if _, err := os.Stat(file); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("it is still there: %v", err)
			}
		}
	}
}

// New files have the name that the peer's cachelib knows, and are counted if it counts.
func TestFolderCounts(t *testing.T) {
	for _, v := range folders {
		path := t.TempDir()
		count := filepath.Join(path, v.count)
		must(t, os.WriteFile(count, []byte("\x00\x00\x00\x00\x80\x05K\x05."), 0o600))
		store := folder(t, path, FolderOptions{MD5: v.md5})
		counted := func(want string) {
			t.Helper()
			if b, err := os.ReadFile(count); err != nil || string(b) != "\x00\x00\x00\x00\x80\x05"+want {
				t.Errorf("the count is %q, %v, want %q", b, err, want)
			}
		}
		must(t, store.Add(t.Context(), "session:"+v.sid, "one", time.Hour))
		counted("K\x06.")
		must(t, store.Swap(t.Context(), "session:"+v.sid, "one", "two", time.Hour))
		counted("K\x06.")
		if _, err := os.Stat(filepath.Join(path, v.name)); err != nil {
			t.Error(err)
		}
		must(t, store.Delete(t.Context(), "session:"+v.sid), store.Delete(t.Context(), "session:"+v.sid))
		counted("K\x05.")
		left, err := os.ReadDir(path)
		must(t, err)
		for _, file := range left {
			if file.Name() != v.count && !strings.HasSuffix(file.Name(), ".__wz_cache") {
				t.Errorf("cachelib would take %s for a session", file.Name())
			}
		}
	}
}

// Without cachelib's count there is none made, and one that can't be read is left.
func TestFolderNoCount(t *testing.T) {
	path := t.TempDir()
	store := folder(t, path, FolderOptions{})
	must(t, store.Add(t.Context(), "k", "v", time.Hour))
	if _, err := os.Stat(filepath.Join(path, folders[1].count)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("there is a count: %v", err)
	}
	must(t, os.WriteFile(filepath.Join(path, folders[1].count), []byte("\x00\x00\x00\x00cos\nsystem\n."), 0o600), store.Delete(t.Context(), "k"))
}

func TestFolderUntil(t *testing.T) {
	store := folder(t, t.TempDir(), FolderOptions{})
	before := time.Now()
	must(t, store.Add(t.Context(), "k", "v", time.Hour))
	_, until, err := store.GetUntil(t.Context(), "k")
	if err != nil || until.Before(before.Add(time.Hour)) || until.After(time.Now().Add(time.Hour+time.Second)) {
		t.Errorf("%v, %v", until, err)
	}
}
