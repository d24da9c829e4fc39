package main

import (
	"path/filepath"
	"strings"
	"testing"
)

// Sessions in Flask's forms: signed in, shown as Flask's dict, and out.
func TestDemoFlask(t *testing.T) {
	for _, url := range []string{"flask:", "flask+file:" + t.TempDir()} {
		kind, _, _ := strings.Cut(url, ":")
		t.Run(kind, func(t *testing.T) {
			t.Setenv(secretVariable, "a secret that Flask has, too")
			d := startDemo(t, "--addr", "127.0.0.1:0", "--store", url)
			defer d.stop()
			client := signIn(t, d)
			fetch(t, client, "PUT", d.url+"/api/session/values/n", "7")
			_, text := fetch(t, client, "GET", d.url+"/api/session", "")
			for _, want := range []string{`"username":"alice"`, `"values":{`, `"n":7`, `"authenticated":true`} {
				if !strings.Contains(text, want) {
					t.Errorf("no %s in %s", want, text)
				}
			}
			if strings.Count(text, `"username":"alice"`) != 2 { // once as a value
				t.Error(text)
			}
			if status, page := fetch(t, client, "GET", d.url+"/devices", ""); status != 200 || !strings.Contains(page, "neither listed nor ended") {
				t.Errorf("devices: %d", status)
			}
			fetch(t, client, "POST", d.url+"/api/logout", "")
			if signedIn(t, d, client) {
				t.Error("signed in after logout")
			}
		})
	}
}

func TestDemoFlaskStoreKinds(t *testing.T) {
	file := filepath.Join(t.TempDir(), "flask.db")
	for url, kind := range map[string]string{"flask+sqlite:" + file: `"flask+sqlite"`, "tiered:memory:": `"tiered"`, "flask:": `"flask"`} {
		d := startDemo(t, "--addr", "127.0.0.1:0", "--store", url, "--max-stale", "1s")
		_, text := fetch(t, newClient(t), "GET", d.url+"/api/session", "")
		if !strings.Contains(text, `"store":`+kind) {
			t.Errorf("%s: %s", url, text)
		}
		d.stop()
	}
}
