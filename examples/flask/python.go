package main

import (
	"bufio"
	"embed"
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

//go:embed python
var python embed.FS

// A flaskApp is the Flask application, in a process of its own.
type flaskApp struct {
	url *url.URL
	dir string // with its files
	cmd *exec.Cmd
	in  io.Closer
}

// startFlask starts the application and returns when it serves.
func startFlask(interpreter string, environ []string) (_ *flaskApp, err error) {
	dir, err := unpack()
	if err != nil {
		return nil, err
	}
	app := &flaskApp{dir: dir, cmd: exec.Command(interpreter, filepath.Join(dir, "serve.py"))}
	app.cmd.Env, app.cmd.Stderr = environ, os.Stderr
	in, inErr := app.cmd.StdinPipe()
	out, outErr := app.cmd.StdoutPipe()
	app.in = in
	if err := errors.Join(inErr, outErr, app.cmd.Start()); err != nil {
		return nil, errors.Join(fmt.Errorf("%w: install Python 3 and Flask (pip install flask), "+
			"or name a Python that has it with -python", err), os.RemoveAll(dir))
	}
	// The first line is the address, once it listens there.
	line, err := bufio.NewReader(out).ReadString('\n')
	if err == nil {
		app.url, err = url.Parse(strings.TrimSpace(line))
	}
	if err != nil {
		return nil, fmt.Errorf("Flask didn't start, see above: %w", errors.Join(err, app.stop()))
	}
	return app, nil
}

// unpack writes the application's files to a folder.
func unpack() (dir string, err error) {
	files, err := fs.Sub(python, "python")
	if err != nil {
		return "", err
	}
	if dir, err = os.MkdirTemp("", "flask"); err != nil {
		return "", err
	}
	return dir, os.CopyFS(dir, files)
}

// stop ends the application, which ends with its input.
func (a *flaskApp) stop() error {
	_ = a.in.Close() // it may be closed, if the process has ended
	late := time.AfterFunc(patience, func() { _ = a.cmd.Process.Kill() })
	defer late.Stop()
	return errors.Join(a.cmd.Wait(), os.RemoveAll(a.dir))
}
