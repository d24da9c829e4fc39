package main

import (
	"bufio"
	"bytes"
	"crypto/rand"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/coatcheck-go/session/compat/django"
)

//go:embed python/app.py
var program []byte

// A djangoSite is the Django site, in a process and a folder of its own.
type djangoSite struct {
	url      *url.URL
	dir      string
	database string
	python   string
	key      string // SECRET_KEY
	cmd      *exec.Cmd
	in       io.Closer
}

// startDjango starts the site and returns when it serves.
func startDjango(python string) (_ *djangoSite, err error) {
	dir, err := os.MkdirTemp("", "django")
	if err != nil {
		return nil, err
	}
	d := &djangoSite{dir: dir, database: filepath.Join(dir, "db.sqlite3"), python: python, key: secretKey()}
	err = os.WriteFile(filepath.Join(dir, "app.py"), program, 0o600)
	d.cmd = d.command("serve")
	in, inErr := d.cmd.StdinPipe()
	out, outErr := d.cmd.StdoutPipe()
	d.in = in
	if err := errors.Join(err, inErr, outErr, d.cmd.Start()); err != nil {
		return nil, errors.Join(fmt.Errorf("%w: install Python 3 and Django (pip install django), "+
			"or name a Python that has it with -python", err), os.RemoveAll(dir))
	}
	line, err := bufio.NewReader(out).ReadString('\n') // its address, once it listens there
	if err == nil {
		d.url, err = url.Parse(strings.TrimSpace(line))
	}
	if err != nil {
		return nil, fmt.Errorf("Django didn't start, see above: %w", errors.Join(err, d.stop()))
	}
	return d, nil
}

// secretKey is one for this run, unless the environment has one.
func secretKey() string {
	if key := os.Getenv("DJANGO_SECRET_KEY"); key != "" {
		return key
	}
	return rand.Text() + rand.Text()
}

func (d *djangoSite) command(args ...string) *exec.Cmd {
	cmd := exec.Command(d.python, append([]string{filepath.Join(d.dir, "app.py")}, args...)...)
	cmd.Env, cmd.Stderr = append(os.Environ(), "DJANGO_SECRET_KEY="+d.key, "DJANGO_DB="+d.database), os.Stderr
	return cmd
}

// settings asks Django for its settings, so that nothing must be said twice.
func (d *djangoSite) settings() (map[string]any, error) {
	dump, err := d.command("diffsettings", "--all", "--output=unified").Output()
	if err != nil {
		return nil, fmt.Errorf("diffsettings: %w", err)
	}
	return django.SettingsFromDiff(bytes.NewReader(dump))
}

// stop ends the site, which ends with its input.
func (d *djangoSite) stop() error {
	_ = d.in.Close() // it may be closed, if the process has ended
	late := time.AfterFunc(patience, func() { _ = d.cmd.Process.Kill() })
	defer late.Stop()
	return errors.Join(d.cmd.Wait(), os.RemoveAll(d.dir))
}
