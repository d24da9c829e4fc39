package besidepython

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// pkg is the framework's package.
func (o Options) pkg() string { return strings.ToLower(o.Framework) }

// interpreter returns the Python that was named; or python3, if it has the framework; or
// one in a folder of its own, into which the framework is installed the first time.
func (o Options) interpreter() (python string, err error) {
	if o.Python != "" {
		return o.Python, nil
	}
	if has("python3", o.pkg()) {
		return "python3", nil
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(cache, "coatcheck", "examples", o.pkg())
	if python = pythonIn(dir); has(python, o.pkg()) {
		return python, nil
	}
	fmt.Fprintf(os.Stderr, "python3 has no %s: installing it into %s, once\n", o.Framework, dir)
	if err := runAll(
		exec.Command("python3", "-m", "venv", "--clear", dir),
		exec.Command(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", o.pkg()),
	); err != nil {
		return "", o.advise(err)
	}
	return python, nil
}

// has tells whether a Python is there and has a package.
func has(python, pkg string) bool { return exec.Command(python, "-c", "import "+pkg).Run() == nil }

// pythonIn is where venv puts the interpreter.
func pythonIn(dir string) string {
	if runtime.GOOS == "windows" {
		return filepath.Join(dir, "Scripts", "python.exe")
	}
	return filepath.Join(dir, "bin", "python")
}

// runAll runs one program after the other. They write to the terminal.
func runAll(cmds ...*exec.Cmd) error {
	for _, cmd := range cmds {
		cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
		if err := cmd.Run(); err != nil {
			return fmt.Errorf("%s: %w", strings.Join(cmd.Args, " "), err)
		}
	}
	return nil
}

// advise says what to do where Python or the framework is missing.
func (o Options) advise(err error) error {
	return fmt.Errorf("%w: install Python 3 and %s (pip install %s), or name a Python that has it with -python",
		err, o.Framework, o.pkg())
}
