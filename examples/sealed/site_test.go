package main

import (
	"errors"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/coatcheck-go/session/keyring"
	"github.com/coatcheck-go/session/memstore"
)

// A browser has a cookie jar.
type browser struct {
	*http.Client
	t    *testing.T
	site string
}

func newBrowser(t *testing.T, site string) browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return browser{&http.Client{Jar: jar}, t, site}
}

// see asks for a page and checks what it says.
func (b browser) see(method, path, want string) {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), method, b.site+path, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	res, err := b.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || !strings.Contains(string(body), want) {
		b.t.Errorf("%s %s: no %q in %s (%v)", method, path, want, body, err)
	}
}

// copyOf returns a browser with the same cookies.
func (b browser) copyOf() browser {
	b.t.Helper()
	other := newBrowser(b.t, b.site)
	u, err := url.Parse(b.site)
	if err != nil {
		b.t.Fatal(err)
	}
	other.Jar.SetCookies(u, b.Jar.Cookies(u))
	return other
}

func TestSite(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys")
	ring, err := openKeys(path)
	if err != nil {
		t.Fatal(err)
	}
	site, err := newSite(ring, memstore.New(memstore.Options{}))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(site)
	defer server.Close()

	b := newBrowser(t, server.URL)
	b.see("GET", "/", `Hello "", visit 1.`)
	b.see("POST", "/login", `Hello "alice", visit 2.`)
	copied := b.copyOf()
	copied.see("GET", "/", `Hello "alice", visit 3.`)

	if err := errors.Join(keyring.RotateFile(path, -1), ring.Reload()); err != nil {
		t.Fatal(err)
	}
	b.see("GET", "/", `Hello "alice", visit 3.`)
	if err := errors.Join(keyring.RotateFile(path, 1), ring.Reload()); err != nil {
		t.Fatal(err)
	}
	b.see("GET", "/", `Hello "alice", visit 4.`) // it was sealed anew in time
	copied.see("GET", "/", `Hello "", visit 1.`) // this one was not

	copied = b.copyOf()
	b.see("POST", "/logout", `Hello "", visit 1.`)
	copied.see("GET", "/", `Hello "", visit 1.`)

	again, err := openKeys(path)
	if err != nil || again.First().ID() != ring.First().ID() {
		t.Errorf("a second start has another key (%v)", err)
	}
}
