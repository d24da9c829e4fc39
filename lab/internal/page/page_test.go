package page

import (
	"os"
	"path/filepath"
	"testing"
)

func TestWrite(t *testing.T) {
	file := filepath.Join(t.TempDir(), "operations.md")
	if err := Write(file, "lab/x", "new"); err == nil {
		t.Error("wrote to a file that isn't there")
	}
	for text, ok := range map[string]bool{
		"before\n<!-- written by lab/x -->\nold\n<!-- end of lab/x -->\nafter\n": true,
		"before\n<!-- written by lab/x -->\nold\n":                               false,
		"before\n<!-- written by lab/y -->\n<!-- end of lab/y -->\n":             false,
	} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		want := text
		if ok {
			want = "before\n<!-- written by lab/x -->\n\nnew\n<!-- end of lab/x -->\nafter\n"
		}
		for range 2 {
			if err := Write(file, "lab/x", "new"); (err == nil) != ok {
				t.Errorf("%q: %v", text, err)
			}
		}
		got, err := os.ReadFile(file)
		if err != nil || string(got) != want {
			t.Errorf("%q (%v), want %q", got, err, want)
		}
	}
}
