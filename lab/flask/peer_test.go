// Package flask holds compat/flask to the real Flask, the newest one and Debian's, each
// in a process of its own.
package flask

import (
	_ "embed"
	"testing"

	"github.com/coatcheck-go/session/lab/python/peer"
)

//go:embed peer.py
var program string

// peerKey is the SECRET_KEY of the peer's applications.
const peerKey = "a key of some length"

// A flask is a running process with one version of Flask.
type flask struct {
	t testing.TB
	*peer.Tester
}

// eachFlask runs the test with the Flask of the package index and with Debian's.
func eachFlask(t *testing.T, test func(t *testing.T, f *flask, old bool)) {
	peer.Each(t, program, "flask", []peer.Release{{Version: "3.1"}, {Version: "2.2", Debian: true}},
		func(t *testing.T, p *peer.Tester, r peer.Release) { test(t, &flask{t, p}, r.Debian) })
}

// random returns the cookie of a random session.
func (f *flask) random(seed int) string {
	f.t.Helper()
	var a struct{ Token string }
	f.Ask(map[string]any{"op": "random", "seed": seed}, &a)
	return a.Token
}

// again lets Flask load a cookie and dump what it got.
func (f *flask) again(token string) string {
	f.t.Helper()
	var a struct{ Token string }
	f.Ask(map[string]any{"op": "again", "token": token}, &a)
	return a.Token
}

// compare says how the sessions of two cookies differ in Flask's eyes, "" if they are
// equal. With a mark, b must have that key besides, as 1.
func (f *flask) compare(a, b, mark string) string {
	f.t.Helper()
	var answer struct{ Error string }
	f.Ask(map[string]any{"op": "compare", "a": a, "b": b, "mark": mark}, &answer)
	return answer.Error
}
