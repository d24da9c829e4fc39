// Package browser tests the demo, and the cookie of a site with TLS, in a real
// Chromium.
package browser

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/coatcheck-go/session/lab/internal/chromium"
	"github.com/coatcheck-go/session/lab/internal/program"
)

var coatcheck = &program.Program{Source: "cmd/coatcheck"}

func TestMain(m *testing.M) { os.Exit(program.Main(m, coatcheck)) }

// A demo is a running `coatcheck demo`.
type demo struct{ *program.Site }

// startDemo starts the demo on a free port and a new database.
func startDemo(t *testing.T) demo {
	t.Helper()
	return startDemoOn(t, "127.0.0.1:0", filepath.Join(t.TempDir(), "sessions.db"))
}

func startDemoOn(t *testing.T, addr, file string) demo {
	t.Helper()
	return startDemoWith(t, "--addr", addr, "--store", "sqlite:"+file)
}

func startDemoWith(t *testing.T, flags ...string) demo {
	t.Helper()
	return demo{coatcheck.Start(t, append([]string{"demo"}, flags...)...)}
}

// open opens a page of the demo, which must be there.
func (d demo) open(p *chromium.Tab, path string) {
	p.Helper()
	p.Open(d.URL + path)
}

// signIn signs in at a new device.
func (d demo) signIn(p *chromium.Tab, name, password string) {
	p.Helper()
	d.open(p, "/login")
	p.Fill("input[name=username]", name)
	p.Fill("input[name=password]", password)
	p.Press(signInButton)
}

const (
	signInButton  = `form[action="/login"] button`
	signOutButton = `form[action="/logout"] button`
)
