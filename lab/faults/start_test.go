package faults

import (
	"context"
	"net"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// urls are how the program coatcheck is told of a server.
var urls = map[string]struct{ before, after string }{
	"redis":     {"redis://", ""},
	"cluster":   {"redis+cluster://", ""},
	"sentinel":  {"redis+sentinel://", "/coatcheck"},
	"postgres":  {"postgres://coatcheck@", "/postgres?sslmode=disable"},
	"mariadb":   {"mysql://root@", "/mysql"},
	"memcached": {"memcached://", ""},
}

// TestMB05_DownAtStart: a program that is started while there is no server says which
// address it has tried, what was wrong, and what to check.
func TestMB05_DownAtStart(t *testing.T) {
	program := build(t)
	for name, url := range urls {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			address := nobody(t)
			refused(t, program, url.before+address+url.after, address, "connection refused")
		})
	}
}

// TestMB05_HangingAtStart: the same with a server that doesn't answer.
func TestMB05_HangingAtStart(t *testing.T) {
	program := build(t)
	for name, b := range backends {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, err := b.start()
			must(t, err)
			t.Cleanup(func() { must(t, server.Close()) })
			must(t, server.Pause())
			refused(t, program, urls[name].before+server.Address()+urls[name].after, server.Address())
			must(t, server.Resume())
		})
	}
}

// refused checks that the program can't use a store, and says all there is to say.
func refused(t *testing.T, program, url string, words ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	out, err := exec.CommandContext(ctx, program, "store", "check", "--store", url).CombinedOutput()
	if err == nil || ctx.Err() != nil {
		t.Errorf("%s: %v (%v)", url, err, ctx.Err())
	}
	for _, word := range append(words, "can't use", "check that the server") {
		if !strings.Contains(string(out), word) {
			t.Errorf("%s: %q doesn't say %q", url, out, word)
		}
	}
}

// nobody returns an address at which there is no server.
func nobody(t *testing.T) (address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	must(t, l.Close())
	return l.Addr().String()
}

// build returns the program coatcheck.
func build(t *testing.T) (program string) {
	t.Helper()
	program = filepath.Join(t.TempDir(), "coatcheck")
	cmd := exec.CommandContext(t.Context(), "go", "build", "-o", program, ".")
	cmd.Dir = filepath.Join("..", "..", "cmd", "coatcheck")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return program
}
