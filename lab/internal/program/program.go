// Package program builds programs of this repository for a test, and runs them as a user
// does.
package program

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// A Program is one of this repository's. [Main] builds it.
type Program struct {
	Source string   // its folder, from the root of the repository
	Env    []string // besides that of the test

	path string
}

// Main is for the TestMain of a package that is two folders below the root: it builds the
// programs, runs the tests, and returns what to exit with.
func Main(m *testing.M, programs ...*Program) (code int) {
	dir, err := os.MkdirTemp("", "programs")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	for _, p := range programs {
		if err := p.build(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	return m.Run()
}

func (p *Program) build(dir string) error {
	p.path = filepath.Join(dir, filepath.Base(p.Source))
	build := exec.Command("go", "build", "-o", p.path, ".")
	build.Dir = filepath.Join("..", "..", filepath.FromSlash(p.Source))
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("building %s: %w\n%s", p.Source, err, out)
	}
	return nil
}

// Command is the program, ready to be run.
func (p *Program) Command(args ...string) *exec.Cmd {
	cmd := exec.Command(p.path, args...)
	cmd.Env = append(os.Environ(), p.Env...)
	return cmd
}
