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

// count tells visitors how often they have been here.
func count(w http.ResponseWriter, r *http.Request) {
	visits := 0
	err := session.Update(session.From(r), "visits", func(n *int) error { *n++; visits = *n; return nil })
	if err != nil {
		http.Error(w, "please try again", session.StatusCode(err))
		return
	}
	_, _ = fmt.Fprintln(w, "visit", visits)
}

// A counter of visits, asked for twice by a browser and once by another.
func Example() {
	m, err := session.New(session.Config{
		Store:  memstore.New(memstore.Options{}),
		Cookie: session.Cookie{InsecureLoopback: true}, // http on localhost; leave it out behind TLS
	})
	if err != nil {
		log.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/", count)
	server := httptest.NewServer(m.Wrap(mux))
	defer server.Close()

	for _, visits := range []int{2, 1} {
		jar, _ := cookiejar.New(nil) // never fails
		browser := &http.Client{Jar: jar}
		for range visits {
			res, err := browser.Get(server.URL)
			if err != nil {
				log.Fatal(err)
			}
			body, _ := io.ReadAll(res.Body)
			_ = res.Body.Close()
			fmt.Print(string(body))
		}
	}
	// Output:
	// visit 1
	// visit 2
	// visit 1
}
