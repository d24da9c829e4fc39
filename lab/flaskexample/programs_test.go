// Package flaskexample tests examples/flask with the real Flask and a real Chromium, and
// the demo beside it.
package flaskexample

import (
	"os"
	"testing"

	"github.com/coatcheck-go/session/lab/internal/chromium"
	"github.com/coatcheck-go/session/lab/internal/program"
)

// The programs under test have the same key.
var (
	example   = &program.Program{Source: "examples/flask", Env: []string{"FLASK_SECRET_KEY=a key of some length"}}
	coatcheck = &program.Program{Source: "cmd/coatcheck", Env: []string{"COATCHECK_SECRET=a key of some length"}}
)

func TestMain(m *testing.M) { os.Exit(program.Main(m, example, coatcheck)) }

// signIn signs in on a site of either kind.
func signIn(b *chromium.Tab, site string) {
	b.Helper()
	b.Open(site + "/login")
	b.Fill("[name=username]", "alice")
	if chromium.Ask[bool](b, `document.querySelector("[name=password]") !== null`) {
		b.Fill("[name=password]", "wonderland")
	}
	b.Submit(`form[action="/login"] button`)
}

func signOut(b *chromium.Tab) { b.Helper(); b.Submit(`form[action="/logout"] button`) }
