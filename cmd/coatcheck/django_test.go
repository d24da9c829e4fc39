package main

import (
	"database/sql"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/coatcheck-go/session/compat/django/password"
)

const djangoKey = "a key that Django has, too"

// djangoUser puts a user into a database as Django has it.
func putDjangoUser(t *testing.T, file, name, typed string) {
	t.Helper()
	encoded, err := password.Make([]password.Hasher{password.PBKDF2{Iterations: 1000}}, typed)
	if err != nil {
		t.Fatal(err)
	}
	execute(t, file, "CREATE TABLE IF NOT EXISTS auth_user (id integer PRIMARY KEY, username varchar(150) UNIQUE, password varchar(128), is_active bool)")
	execute(t, file, "INSERT INTO auth_user (username, password, is_active) VALUES (?, ?, 1)", name, encoded)
}

func execute(t *testing.T, file, query string, args ...any) {
	t.Helper()
	db := openFile(t, file)
	if _, err := db.ExecContext(t.Context(), query, args...); err != nil {
		t.Fatal(err)
	}
}

func openFile(t *testing.T, file string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+file+sqliteOptions)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// Where there is no auth_user the demo's own users sign in, and are session["username"].
func TestDemoDjangoByName(t *testing.T) {
	t.Setenv(secretVariable, djangoKey)
	for _, store := range []string{"django+cookie:", "django+file:" + filepath.Join(t.TempDir(), "new"), "django+sqlite:" + filepath.Join(t.TempDir(), "new.db")} {
		kind, _, _ := strings.Cut(store, ":")
		t.Run(kind, func(t *testing.T) {
			d := startDemo(t, "--addr", "127.0.0.1:0", "--store", store)
			defer d.stop()
			client := signIn(t, d)
			fetch(t, client, "PUT", d.url+"/api/session/values/n", "7.50")
			shows(t, d, client, "/api/session", `"username":"alice","values":{"n":7.50,"username":"alice"}`, `"store":"`+kind+`"`)
			shows(t, d, client, "/inside", "<code>sessionid</code>", "_session_expiry", "&#34;alice&#34;", "there is no table auth_user")
			shows(t, d, client, "/devices", "neither listed nor ended")
			if status, _ := fetch(t, client, "PUT", d.url+"/api/session/values/username", `"bob"`); status != http.StatusBadRequest {
				t.Errorf("a value in the place of who is signed in: %d", status)
			}
			fetch(t, client, "POST", d.url+"/api/session/rotate", "")
			if !signedIn(t, d, client) {
				t.Error("signed out by a rotation")
			}
			fetch(t, client, "POST", d.url+"/api/logout", "")
			if signedIn(t, d, client) {
				t.Error("signed in after logout")
			}
		})
	}
}

func shows(t *testing.T, d *demo, client *http.Client, path string, texts ...string) {
	t.Helper()
	status, page := fetch(t, client, "GET", d.url+path, "")
	for _, text := range texts {
		if status != http.StatusOK || !strings.Contains(page, text) {
			t.Errorf("%s: %d, no %q in\n%s", path, status, text, page)
		}
	}
}

// Where there is auth_user, its users sign in, and a change of the password signs out.
func TestDemoDjangoUsers(t *testing.T) {
	t.Setenv(secretVariable, djangoKey)
	file := filepath.Join(t.TempDir(), "db.sqlite3")
	putDjangoUser(t, file, "root", "a password of root's")
	putDjangoUser(t, file, "alice", "wonderland")
	putDjangoUser(t, file, "gone", "wonderland")
	execute(t, file, "UPDATE auth_user SET is_active = 0 WHERE username = 'gone'")
	d := startDemo(t, "--addr", "127.0.0.1:0", "--store", "django+sqlite:"+file)
	defer d.stop()
	for _, wrong := range []string{`"gone","password":"wonderland"`, `"alice","password":"builder"`, `"bob","password":"builder"`} {
		if status, text := fetch(t, newClient(t), "POST", d.url+"/api/login", `{"username":`+wrong+`}`); status != http.StatusUnauthorized {
			t.Errorf("%s: %d %s", wrong, status, text)
		}
	}
	client := signIn(t, d)
	shows(t, d, client, "/api/session", `"username":"alice","values":{"_auth_user_id":"2"}`)
	shows(t, d, client, "/inside", "2 (alice)", "_auth_user_hash", "compared with the password in auth_user")
	for change, want := range map[string]bool{"is_active = 0": false, "is_active = 1": true} {
		execute(t, file, "UPDATE auth_user SET "+change+" WHERE username = 'alice'")
		if is := signedIn(t, d, client); is != want {
			t.Errorf("with %s signed in: %v", change, is)
		}
	}
	execute(t, file, "UPDATE auth_user SET is_active = 1, password = 'another' WHERE username = 'alice'")
	if signedIn(t, d, client) {
		t.Error("signed in after a change of the password")
	}
}

var djangoField = regexp.MustCompile(`name="csrfmiddlewaretoken" value="(\w{64})"`)

// Forms carry Django's token, and without one they are refused.
func TestDemoDjangoForms(t *testing.T) {
	d := startDemo(t, "--addr", "127.0.0.1:0", "--store", "django+cookie:")
	defer d.stop()
	client := newClient(t)
	form := url.Values{"username": {"alice"}, "password": {"wonderland"}}
	for _, want := range []string{"Forbidden", "Logged in as alice"} {
		res, err := client.PostForm(d.url+"/login", form)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body := make([]byte, 1<<20)
		n, _ := res.Body.Read(body)
		if !strings.Contains(string(body[:n]), want) {
			t.Errorf("no %q in\n%s", want, body[:n])
		}
		_, page := fetch(t, client, "GET", d.url+"/login", "")
		form.Set("csrfmiddlewaretoken", djangoField.FindStringSubmatch(page)[1])
	}
}

// Sessions that another key has signed are unreadable, nobody's, and stay as they are.
func TestDemoDjangoOfAnotherKey(t *testing.T) {
	file := filepath.Join(t.TempDir(), "db.sqlite3")
	t.Setenv(secretVariable, djangoKey)
	first := startDemo(t, "--addr", "127.0.0.1:0", "--store", "django+sqlite:"+file)
	client := signIn(t, first)
	first.stop()
	for key, want := range map[string]bool{"another key": false, djangoKey: true} {
		t.Setenv(secretVariable, key)
		d := startDemo(t, "--addr", "127.0.0.1:0", "--store", "django+sqlite:"+file)
		if is := signedIn(t, d, client); is != want {
			t.Errorf("with %q signed in: %v", key, is)
		}
		if warned := strings.Contains(d.greeting, "isn't signed with this secret"); warned == want {
			t.Errorf("with %q the greeting is\n%s", key, d.greeting)
		}
		d.stop()
	}
}

// A key that is no longer SECRET_KEY is taken as long as it is among the fallbacks.
func TestDemoDjangoFallbacks(t *testing.T) {
	dir := t.TempDir()
	t.Setenv(secretVariable, djangoKey)
	first := startDemo(t, "--addr", "127.0.0.1:0", "--store", "django+file:"+dir)
	client := signIn(t, first)
	first.stop()
	secrets := filepath.Join(t.TempDir(), "secrets")
	if err := os.WriteFile(secrets, []byte("a new key\n"+djangoKey+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	d := startDemo(t, "--addr", "127.0.0.1:0", "--store", "django+file:"+dir, "--secret-file", secrets)
	defer d.stop()
	if !signedIn(t, d, client) {
		t.Error("signed out by a new key, though the old one is a fallback")
	}
}

func TestDemoDjangoWithoutASecret(t *testing.T) {
	t.Setenv(secretVariable, "")
	d := startDemo(t, "--addr", "127.0.0.1:0", "--store", "django+cookie:")
	defer d.stop()
	for _, want := range []string{"a secret made for this run", "Give the SECRET_KEY of a Django site", "all sessions end with it"} {
		if !strings.Contains(d.greeting, want) {
			t.Errorf("no %q in\n%s", want, d.greeting)
		}
	}
}

// A table that some other release of Django has, or none, is told at the start.
func TestDjangoTableOfAnotherForm(t *testing.T) {
	file := filepath.Join(t.TempDir(), "db")
	execute(t, file, "CREATE TABLE django_session (session_key varchar(40), payload text)")
	code, _, errs := coatcheck(t, "demo", "--addr", "127.0.0.1:0", "--store", "django+sqlite:"+file)
	if code != 1 || !strings.Contains(errs, "isn't one that Django makes") {
		t.Errorf("code %d, %s", code, errs)
	}
}

// A session in a form that is not known is nobody's, and is left as it is.
func TestDemoDjangoOfAnotherForm(t *testing.T) {
	t.Setenv(secretVariable, djangoKey)
	dir := t.TempDir()
	d := startDemo(t, "--addr", "127.0.0.1:0", "--store", "django+file:"+dir)
	defer d.stop()
	client := signIn(t, d)
	files, err := filepath.Glob(filepath.Join(dir, "sessionid*"))
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	if err := os.WriteFile(files[0], []byte("v9:of a later release"), 0o600); err != nil {
		t.Fatal(err)
	}
	shows(t, d, client, "/", "You are not logged in", "broken record")
	if text, err := os.ReadFile(files[0]); string(text) != "v9:of a later release" {
		t.Errorf("it is now %q, %v", text, err)
	}
}
