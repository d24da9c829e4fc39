//go:build unix

package main

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/coatcheck-go/session/keyring"
)

const aliceLogin = `{"username":"alice","password":"wonderland"}`

func signIn(t *testing.T, d *demo) *http.Client {
	t.Helper()
	client := newClient(t)
	if status, text := fetch(t, client, "POST", d.url+"/api/login", aliceLogin); status != 204 {
		t.Fatalf("login: %d %s", status, text)
	}
	return client
}

func signedIn(t *testing.T, d *demo, client *http.Client) bool {
	t.Helper()
	_, text := fetch(t, client, "GET", d.url+"/api/session", "")
	return strings.Contains(text, `"authenticated":true`)
}

// copyOf returns a client that has what the other's cookie jar has now.
func copyOf(t *testing.T, d *demo, client *http.Client) *http.Client {
	t.Helper()
	u, err := url.Parse(d.url)
	if err != nil {
		t.Fatal(err)
	}
	thief := newClient(t)
	thief.Jar.SetCookies(u, client.Jar.Cookies(u))
	return thief
}

// A copy of a cookie is refused after a logout where there are records; where there
// are none the demo says that it isn't.
func TestDemoClientSide(t *testing.T) {
	for _, kind := range []string{"cookie:", "jwt:"} {
		for _, records := range []string{"", "memory:"} {
			t.Run(kind+records, func(t *testing.T) {
				d := startDemo(t, "--addr", "127.0.0.1:0", "--store", kind+records)
				defer d.stop()
				warned := strings.Contains(d.greeting, "A copy of a cookie is good until it expires")
				if warned != (records == "") || !strings.Contains(d.greeting, "a key made for this run") {
					t.Errorf("greeting:\n%s", d.greeting)
				}
				owner := signIn(t, d)
				thief := copyOf(t, d, owner)
				if !signedIn(t, d, owner) || !signedIn(t, d, thief) {
					t.Error("not signed in")
				}
				fetch(t, owner, "POST", d.url+"/api/logout", "")
				stays := records == "" || kind == "jwt:" // a JWT is good for reading until it expires
				if signedIn(t, d, owner) || signedIn(t, d, thief) != stays {
					t.Errorf("after logout: owner %v, copy %v, want false and %v", signedIn(t, d, owner), !stays, stays)
				}
				if status, _ := fetch(t, thief, "POST", d.url+"/api/session/incr/n", ""); records != "" && kind == "jwt:" && status == 200 {
					t.Error("a change by a copy of an ended session")
				}
			})
		}
	}
}

func TestDemoKeysOutliveIt(t *testing.T) {
	file := filepath.Join(t.TempDir(), "keys")
	if code, _, errs := coatcheck(t, "keys", "new", file); code != 0 {
		t.Fatal(errs)
	}
	for _, kind := range []string{"cookie:", "jwt:"} {
		first := startDemo(t, "--addr", "127.0.0.1:0", "--store", kind, "--keys", file)
		client := signIn(t, first)
		first.stop()
		second := startDemo(t, "--addr", "127.0.0.1:0", "--store", kind, "--keys", file)
		if !signedIn(t, second, client) || !strings.Contains(second.greeting, "you are still signed in") {
			t.Errorf("%s signed out by a restart\n%s", kind, second.greeting)
		}
		second.stop()
	}
}

func TestDemoSecretFromTheEnvironment(t *testing.T) {
	t.Setenv(secretVariable, "hunter2")
	if code, _, errs := coatcheck(t, "demo", "--addr", "127.0.0.1:0", "--store", "cookie:"); code != 1 || strings.Contains(errs, "hunter2") {
		t.Errorf("a weak secret: code %d, %s", code, errs)
	}
	text, err := os.ReadFile(keyFile(t))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if secret, _, _ := strings.Cut(strings.TrimSpace(line), " "); strings.HasPrefix(secret, "coatkey1_") {
			t.Setenv(secretVariable, secret)
		}
	}
	d := startDemo(t, "--addr", "127.0.0.1:0", "--store", "cookie:")
	defer d.stop()
	if !signedIn(t, d, signIn(t, d)) || !strings.Contains(d.greeting, secretVariable) {
		t.Errorf("greeting:\n%s", d.greeting)
	}
}

func keyFile(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "keys")
	if err := keyring.NewFile(file); err != nil {
		t.Fatal(err)
	}
	return file
}

// A key is added to a running demo: nobody is signed out. The old one is removed:
// those who weren't back since are.
func TestDemoKeyRotation(t *testing.T) {
	for _, kind := range []string{"cookie:", "jwt:"} {
		t.Run(kind, func(t *testing.T) {
			file := keyFile(t)
			d := startDemo(t, "--addr", "127.0.0.1:0", "--store", kind, "--keys", file)
			defer d.stop()
			back, away := signIn(t, d), signIn(t, d)
			d.changeKeys(t, "rotate", file)
			if !signedIn(t, d, back) { // and gets a new cookie by it
				t.Error("signed out by a new key")
			}
			d.changeKeys(t, "rotate", "--keep", "1", file) // the first key is gone
			if !signedIn(t, d, back) || signedIn(t, d, away) {
				t.Errorf("who was back is signed in: %v, who wasn't: %v", signedIn(t, d, back), signedIn(t, d, away))
			}
		})
	}
}

// changeKeys runs coatcheck keys and has the demo read them again.
func (d *demo) changeKeys(t *testing.T, args ...string) {
	t.Helper()
	if code, _, errs := coatcheck(t, append([]string{"keys"}, args...)...); code != 0 {
		t.Fatal(errs)
	}
	if err := syscall.Kill(os.Getpid(), syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	select {
	case line := <-d.said:
		if line != "coatcheck: the keys were read again" {
			t.Fatal(line)
		}
	case <-time.After(time.Minute):
		t.Fatal("the keys weren't read again")
	}
}

func TestDemoTiered(t *testing.T) {
	d := startDemo(t, "--addr", "127.0.0.1:0", "--store", "tiered:memory:", "--max-stale", "5s")
	defer d.stop()
	client := signIn(t, d)
	if !signedIn(t, d, client) || !strings.Contains(d.greeting, "and in the memory of this process") {
		t.Errorf("greeting:\n%s", d.greeting)
	}
	fetch(t, client, "POST", d.url+"/api/logout", "")
	if signedIn(t, d, client) {
		t.Error("signed in after logout")
	}
}
