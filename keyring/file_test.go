package keyring_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/coatcheck-go/session/keyring"
)

func writeFile(t *testing.T, text string) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "keys")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func openFile(t *testing.T, path string) *keyring.Ring {
	t.Helper()
	ring, err := keyring.File(path)
	if err != nil {
		t.Fatal(err)
	}
	return ring
}

func TestFile(t *testing.T) {
	text := func(n byte) string { return keyring.Secret(secret(n)).Reveal() }
	path := writeFile(t, "# comment\r\n\n  "+text(1)+" 2026-01-02T03:04:05Z\r\n\t# more\n"+text(2))
	ring := openFile(t, path)
	if got, want := fmt.Sprint(ids(ring)), fmt.Sprint(ids(newRing(t, secret(1), secret(2)))); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	keys := ring.Keys()
	if !keys[0].Created().Equal(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)) || !keys[1].Created().IsZero() {
		t.Errorf("made %v and %v", keys[0].Created(), keys[1].Created())
	}
}

func TestFileErrorsNameTheLineAndNotTheSecret(t *testing.T) {
	good := keyring.Generate().Reveal()
	for _, c := range []struct{ line, want string }{
		{"coatkey2_" + good[9:], "newer form"},
		{"coatkey1_" + good[9:29], "fewer than 32"},
		{good + " yesterday", "only the time"},
		{good + " 2026-01-02T03:04:05Z x", "only the time"},
		{"?" + good, "want hex or base64"},
		{strings.Repeat("00", 32), "not random"},
	} {
		path := writeFile(t, good+"\n# comment\n"+c.line+"\n")
		_, err := keyring.File(path)
		if err == nil || !strings.Contains(err.Error(), path+":3: ") || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), good[9:20]) {
			t.Errorf("%v, want %q and the line", err, c.want)
		}
		if rotated := keyring.RotateFile(path, -1); rotated == nil {
			t.Error("a file that can't be read was rotated")
		}
	}
	if _, err := keyring.File(writeFile(t, "# nothing\n")); err == nil {
		t.Error("a file without keys is taken")
	}
	if _, err := keyring.File(filepath.Join(t.TempDir(), "keys")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}

// TestR7_KeyFilesAreTheOwnersAlone refuses files that others can read or write. On
// Windows modes say nothing, and such a file is taken.
func TestR7_KeyFilesAreTheOwnersAlone(t *testing.T) {
	path := writeFile(t, keyring.Generate().Reveal())
	for _, mode := range []fs.FileMode{0o640, 0o604, 0o620, 0o601} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if _, err := keyring.File(path); errors.Is(err, fs.ErrPermission) == (runtime.GOOS == "windows") {
			t.Errorf("mode %o: %v", mode, err)
		}
	}
	fresh := filepath.Join(t.TempDir(), "fresh")
	if err := keyring.NewFile(fresh); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(fresh); err != nil || info.Mode().Perm()&0o077 != 0 && runtime.GOOS != "windows" {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}

func TestNewFileKeepsWhatIsThere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys")
	if err := keyring.NewFile(path); err != nil {
		t.Fatal(err)
	}
	before := ids(openFile(t, path))
	if err := keyring.NewFile(path); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a second time: %v", err)
	}
	if after := ids(openFile(t, path)); len(after) != 1 || after[0] != before[0] {
		t.Errorf("%v, before %v", after, before)
	}
}

// TestR5_RotationOfAFile rotates and drops, through a link.
func TestR5_RotationOfAFile(t *testing.T) {
	path := writeFile(t, "# mine\n"+keyring.Secret(secret(1)).Reveal()+"\n# old\n"+keyring.Secret(secret(2)).Reveal()+"\n")
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	ring := openFile(t, link)
	old := ids(ring)
	rotateTo := func(keep int, want ...keyring.ID) {
		t.Helper()
		if err := errors.Join(keyring.RotateFile(link, keep), ring.Reload()); err != nil {
			t.Fatal(err)
		}
		got := ids(ring)
		if fmt.Sprint(got[1:]) != fmt.Sprint(want) || time.Since(ring.First().Created()) > time.Hour {
			t.Errorf("keep %d: %v, want a fresh one and %v", keep, got, want)
		}
	}
	rotateTo(-1, old...)
	second := ring.First().ID()
	rotateTo(2, second, old[0])
	rotateTo(0)
	text, err := os.ReadFile(path)
	if err != nil || !strings.HasPrefix(string(text), "# mine\ncoatkey1_") || !strings.HasSuffix(string(text), "Z\n# old\n") {
		t.Errorf("%s (%v)", text, err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&fs.ModeSymlink == 0 {
		t.Errorf("the link is gone (%v)", err)
	}
}

func TestRotationsDontMix(t *testing.T) {
	path := writeFile(t, keyring.Generate().Reveal()+"\n")
	before := ids(openFile(t, path))
	if err := os.WriteFile(path+".new", nil, 0o600); err != nil { // as if another were under way
		t.Fatal(err)
	}
	if err := keyring.RotateFile(path, -1); !errors.Is(err, fs.ErrExist) {
		t.Errorf("%v", err)
	}
	if after := ids(openFile(t, path)); len(after) != 1 || after[0] != before[0] {
		t.Errorf("%v, before %v", after, before)
	}
}
