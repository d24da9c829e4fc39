package main

import (
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/coatcheck-go/session/keyring"
)

// keyRows runs a keys command and returns the IDs of the table it prints.
func keyRows(t *testing.T, args ...string) (ids []string) {
	t.Helper()
	code, out, errs := coatcheck(t, append([]string{"keys"}, args...)...)
	if code != 0 || errs != "" {
		t.Fatalf("keys %v: code %d, %s", args, code, errs)
	}
	if strings.Contains(out, "coatkey1_") {
		t.Errorf("keys %v shows a secret:\n%s", args, out)
	}
	for i, line := range strings.Split(strings.TrimSpace(out), "\n") {
		want := []string{`^KEY +AGE +USE$`, `^([0-9a-f]{8}) +\d+ minutes +seals and opens$`, `^([0-9a-f]{8}) +(?:\d+ minutes|unknown) +opens$`}[min(i, 2)]
		found := regexp.MustCompile(want).FindStringSubmatch(line)
		if found == nil {
			t.Fatalf("keys %v: line %q, want %s", args, line, want)
		}
		if i > 0 {
			ids = append(ids, found[1])
		}
	}
	return ids
}

func TestKeys(t *testing.T) {
	path := filepath.Join(t.TempDir(), "shop.keys")
	first := keyRows(t, "new", path)
	second := keyRows(t, "rotate", path)
	third := keyRows(t, "rotate", "--keep", "1", path)
	if len(first) != 1 || len(second) != 2 || second[1] != first[0] || len(third) != 2 || third[1] != second[0] {
		t.Errorf("new %v, rotated %v, one kept %v", first, second, third)
	}
	if listed := keyRows(t, "list", path); strings.Join(listed, " ") != strings.Join(third, " ") {
		t.Errorf("listed %v, want %v", listed, third)
	}
	if none := keyRows(t, "rotate", "--keep", "0", path); len(none) != 1 {
		t.Errorf("none kept: %v", none)
	}
}

func TestKeysOfUnknownAge(t *testing.T) {
	path := filepath.Join(t.TempDir(), "shop.keys")
	if err := os.WriteFile(path, []byte(keyring.Generate().Reveal()+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if ids := keyRows(t, "rotate", path); len(ids) != 2 {
		t.Errorf("%v", ids)
	}
}

func TestAge(t *testing.T) {
	now := time.Now()
	for d, want := range map[time.Duration]string{
		-time.Minute: "0 minutes", 90 * time.Minute: "90 minutes", 47 * time.Hour: "47 hours", 50 * time.Hour: "2 days",
	} {
		if got := age(now.Add(-d), now); got != want {
			t.Errorf("%v: %s, want %s", d, got, want)
		}
	}
}

func TestKeysErrors(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "shop.keys")
	keyRows(t, "new", path)
	open := filepath.Join(dir, "open.keys")
	text, err := os.ReadFile(path)
	if err == nil {
		err = os.WriteFile(open, text, 0o600)
	}
	if err == nil {
		err = os.Chmod(open, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
	broken := filepath.Join(dir, "broken.keys")
	if err := os.WriteFile(broken, append(text, "correct-horse-battery\n"...), 0o600); err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		args []string
		code int
		want string
	}{
		{[]string{"new", path}, 1, "it stays as it is (to change the key: coatcheck keys rotate"},
		{[]string{"rotate", dir + "/none"}, 1, "to make one: coatcheck keys new"},
		{[]string{"list", dir + "/none"}, 1, "to make one: coatcheck keys new"},
		{[]string{"list", broken}, 1, "broken.keys:4: "},
		{[]string{"list"}, 2, "want one key file"},
		{[]string{"new", path, path}, 2, "want one key file"},
		{[]string{"rotate", "--keep", "-1", path}, 2, "want 0 or more"},
		{[]string{"rotate", "--nope", path}, 2, `see "coatcheck keys rotate --help"`},
		{[]string{"rename", path}, 2, `there is no command "keys rename"`},
	}
	if runtime.GOOS != "windows" {
		cases = append(cases, struct {
			args []string
			code int
			want string
		}{[]string{"list", open}, 1, "chmod 600"})
	}
	for _, c := range cases {
		code, out, errs := coatcheck(t, append([]string{"keys"}, c.args...)...)
		if code != c.code || !strings.Contains(errs, c.want) || out != "" || strings.Count(errs, "\n") != 1 || strings.Contains(errs, "horse") {
			t.Errorf("keys %v: code %d, %s%s, want %d and %q", c.args, code, out, errs, c.code, c.want)
		}
	}
	if now, err := os.ReadFile(path); err != nil || string(now) != string(text) {
		t.Errorf("the key file changed (%v)", err)
	}
}
