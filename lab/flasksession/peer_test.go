package flasksession

import (
	_ "embed"
	"testing"

	"github.com/coatcheck-go/session/lab/python/peer"
)

//go:embed peer.py
var program string

// eachFlask runs the test with the Flask-Session of the package index and with
// Debian's.
func eachFlask(t *testing.T, test func(t *testing.T, f *peer.Tester, old bool)) {
	peer.Each(t, program, "flask_session", []peer.Release{{Version: "0.8"}, {Version: "0.3", Debian: true}},
		func(t *testing.T, p *peer.Tester, r peer.Release) { test(t, p, r.Debian) })
}

// An application is one of Flask's with its SESSION_TYPE.
type application struct {
	t        testing.TB
	program  *peer.Tester
	question map[string]any // what all questions have in common
}

func (a application) ask(answer any, op string, more map[string]any) {
	a.t.Helper()
	q := map[string]any{"op": op}
	for _, part := range []map[string]any{a.question, more} {
		for k, v := range part {
			q[k] = v
		}
	}
	a.program.Ask(q, answer)
}

// fill returns the cookie of a new session with random values.
func (a application) fill(seed, bits int, pickled bool) (cookie string) {
	a.t.Helper()
	var answer struct{ Cookie string }
	a.ask(&answer, "fill", map[string]any{"seed": seed, "bits": bits, "pickled": pickled})
	return answer.Cookie
}

// A view is a session as Flask sees it, and the cookie it has after that.
type view struct {
	Cookie string
	Values map[string]string // the canonical texts
}

func (a application) look(cookie string) (v view) {
	a.t.Helper()
	a.ask(&v, "look", map[string]any{"cookie": cookie})
	return v
}
