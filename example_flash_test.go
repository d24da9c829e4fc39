package session_test

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/memstore"
)

// order leaves a message for the page that the visitor is sent to.
func order(w http.ResponseWriter, r *http.Request) {
	err := session.From(r).AddFlash(session.Flash{Level: session.Success, Message: "Thank you for your order."})
	if err != nil {
		http.Error(w, "please try again", session.StatusCode(err))
		return
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

func shop(w http.ResponseWriter, r *http.Request) {
	flashes, err := session.From(r).Flashes()
	if err != nil {
		http.Error(w, "please try again", session.StatusCode(err))
		return
	}
	for _, f := range flashes {
		_, _ = fmt.Fprintln(w, "*", f.Message)
	}
	_, _ = fmt.Fprintln(w, "Welcome to the shop")
}

// A message is shown on the next page and not again.
func ExampleSession_Flashes() {
	m, err := session.New(session.Config{Store: memstore.New(memstore.Options{})})
	if err != nil {
		log.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /", shop)
	mux.HandleFunc("POST /order", order)
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
	show(browser.PostForm(server.URL+"/order", nil))
	show(browser.Get(server.URL))
	// Output:
	// * Thank you for your order.
	// Welcome to the shop
	// Welcome to the shop
}
