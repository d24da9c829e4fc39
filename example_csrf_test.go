package session_test

import (
	"bytes"
	"fmt"
	"html/template"
	"log"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/memstore"
)

var transferForm = template.Must(template.New("").Parse(`<form method="post" action="/transfer">
{{.CSRFField}}
<input name="amount">
</form>`))

// showForm executes the template into a buffer first: the token may need a new
// cookie, which has to leave before the first byte of the page.
func showForm(w http.ResponseWriter, r *http.Request) {
	var page bytes.Buffer
	if err := transferForm.Execute(&page, session.From(r)); err != nil {
		http.Error(w, "please try again", session.StatusCode(err))
		return
	}
	_, _ = page.WriteTo(w)
}

func transfer(w http.ResponseWriter, r *http.Request) {
	_, _ = fmt.Fprintln(w, "transferred", r.PostFormValue("amount"))
}

// Requests of other sites are refused by Wrap already. RequireCSRF asks for a token
// of the session besides.
func ExampleManager_RequireCSRF() {
	m, err := session.New(session.Config{Store: memstore.New(memstore.Options{})})
	if err != nil {
		log.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /", showForm)
	mux.HandleFunc("POST /transfer", transfer)
	server := httptest.NewTLSServer(m.Wrap(m.RequireCSRF(mux)))
	defer server.Close()

	browser := server.Client()
	browser.Jar, _ = cookiejar.New(nil) // never fails
	read := func(res *http.Response, err error) (body string) {
		if err != nil {
			log.Fatal(err)
		}
		var b bytes.Buffer
		_, _ = b.ReadFrom(res.Body)
		_ = res.Body.Close()
		return b.String()
	}
	form := read(browser.Get(server.URL))
	token := regexp.MustCompile(`name="csrf_token" value="([^"]+)"`).FindStringSubmatch(form)[1]
	fmt.Print(read(browser.PostForm(server.URL+"/transfer", url.Values{"amount": {"5"}, session.CSRFFormField: {token}})))
	fmt.Print(read(browser.PostForm(server.URL+"/transfer", url.Values{"amount": {"5000"}})))
	// Output:
	// transferred 5
	// Forbidden
}
