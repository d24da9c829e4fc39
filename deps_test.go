package session_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const module = "github.com/coatcheck-go/session"

// The module needs the standard library only, in all of its packages.
func TestMB22_StandardLibraryOnly(t *testing.T) {
	list := exec.CommandContext(t.Context(), "go", "list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", "./...")
	list.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=mod", "GOPROXY=off")
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	packages := strings.Fields(string(out))
	for _, path := range packages {
		if path != module && !strings.HasPrefix(path, module+"/") {
			t.Errorf("%s is needed", path)
		}
	}
	if len(packages) < 2 {
		t.Errorf("only %q are listed", packages)
	}
	mod, err := os.ReadFile("go.mod")
	if err != nil || strings.Contains(string(mod), "require") {
		t.Errorf("go.mod has a require line (%v)", err)
	}
}

var fuzzTarget = regexp.MustCompile(`(?m)^func (Fuzz\w+)\(`)

// Every fuzz target begins with seeds that are committed, in all of the module's
// packages.
func TestFuzzTargetsHaveSeeds(t *testing.T) {
	targets := 0
	err := filepath.WalkDir(".", func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() && nested(path) {
			return skip(err)
		}
		if !strings.HasSuffix(path, "_test.go") {
			return nil
		}
		source, err := os.ReadFile(path)
		for _, found := range fuzzTarget.FindAllStringSubmatch(string(source), -1) {
			targets++
			folder := filepath.Join(filepath.Dir(path), "testdata", "fuzz", found[1])
			if seeds, err := os.ReadDir(folder); err != nil || len(seeds) == 0 {
				t.Errorf("%s has no seeds in %s", found[1], folder)
			}
		}
		return err
	})
	if err != nil || targets < 5 {
		t.Errorf("%d targets (%v)", targets, err)
	}
}

// nested reports whether path is another module's folder.
func nested(path string) bool {
	_, err := os.Stat(filepath.Join(path, "go.mod"))
	return path != "." && (err == nil || filepath.Base(path) == ".git")
}

func skip(err error) error {
	if err != nil {
		return err
	}
	return filepath.SkipDir
}
