package session_test

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/memstore"
)

// signIn checks a password and records who the visitor is. The session gets a new
// token, so one that was planted or seen before is worth nothing.
func signIn(w http.ResponseWriter, r *http.Request) {
	name := r.PostFormValue("name")
	if r.PostFormValue("password") != "wonderland" {
		http.Error(w, "Invalid username or password", http.StatusUnauthorized)
		return
	}
	if err := session.From(r).Login(name); err != nil {
		http.Error(w, "please try again", session.StatusCode(err))
		return
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

// signOut ends the session and has the browser clear what it keeps of the site.
func signOut(w http.ResponseWriter, r *http.Request) {
	if err := session.From(r).Logout(); err != nil {
		http.Error(w, "please try again", session.StatusCode(err))
		return
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

func home(w http.ResponseWriter, r *http.Request) {
	name, err := session.From(r).Subject()
	switch {
	case err != nil:
		http.Error(w, "please try again", session.StatusCode(err))
	case name == "":
		_, _ = fmt.Fprintln(w, "You are not logged in")
	default:
		_, _ = fmt.Fprintln(w, "Logged in as", name)
	}
}

func ExampleSession_Login() {
	m, err := session.New(session.Config{Store: memstore.New(memstore.Options{}), Limits: session.AAL2})
	if err != nil {
		log.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /", home)
	mux.HandleFunc("POST /login", signIn)
	mux.HandleFunc("POST /logout", signOut)
	server := httptest.NewTLSServer(m.Wrap(mux))
	defer server.Close()

	browser := server.Client()
	browser.Jar, _ = cookiejar.New(nil) // never fails
	show := func(res *http.Response, err error) {
		if err != nil {
			log.Fatal(err)
		}
		body, _ := io.ReadAll(res.Body)
		_ = res.Body.Close()
		fmt.Print(string(body))
	}
	show(browser.Get(server.URL))
	show(browser.PostForm(server.URL+"/login", url.Values{"name": {"alice"}, "password": {"guess"}}))
	show(browser.PostForm(server.URL+"/login", url.Values{"name": {"alice"}, "password": {"wonderland"}}))
	show(browser.PostForm(server.URL+"/logout", nil))
	// Output:
	// You are not logged in
	// Invalid username or password
	// Logged in as alice
	// You are not logged in
}
