package besidepython

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// patience is for what is under way at the end.
const patience = 5 * time.Second

// An App is a Python application, in a process and a folder of its own.
type App struct {
	URL *url.URL // where it listens
	Dir string   // has its files, and goes with it

	python  string
	environ []string
	cmd     *exec.Cmd
	in      io.Closer
}

// Start writes the files of an application to a new folder and runs serve.py there. It
// returns when that has printed its address. environ is the whole environment, as in
// exec.Cmd. Stop must be called in the end.
func (o Options) Start(files fs.FS, environ ...string) (*App, error) {
	python, err := o.interpreter()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", o.pkg())
	if err != nil {
		return nil, err
	}
	a := &App{Dir: dir, python: python, environ: environ}
	a.cmd = a.Command("serve.py")
	in, inErr := a.cmd.StdinPipe()
	out, outErr := a.cmd.StdoutPipe()
	a.in = in
	if err := errors.Join(os.CopyFS(dir, files), inErr, outErr, a.cmd.Start()); err != nil {
		return nil, errors.Join(o.advise(err), os.RemoveAll(dir))
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err == nil {
		a.URL, err = url.Parse(strings.TrimSpace(line))
	}
	if err != nil {
		return nil, fmt.Errorf("%s didn't start, see above: %w", o.Framework, errors.Join(err, a.Stop()))
	}
	return a, nil
}

// Command is one of the application's programs, ready to be run.
func (a *App) Command(program string, args ...string) *exec.Cmd {
	cmd := exec.Command(a.python, append([]string{filepath.Join(a.Dir, program)}, args...)...)
	cmd.Env, cmd.Stderr = a.environ, os.Stderr
	return cmd
}

// Stop ends the application, which ends with its input, and removes its folder.
func (a *App) Stop() error {
	_ = a.in.Close() // it may be closed, if the process has ended
	late := time.AfterFunc(patience, func() { _ = a.cmd.Process.Kill() })
	defer late.Stop()
	return errors.Join(a.cmd.Wait(), os.RemoveAll(a.Dir))
}
