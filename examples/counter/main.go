package main

import (
	"fmt"
	"log"
	"net/http"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/memstore"
)

func main() {
	m, err := session.New(session.Config{
		Store:  memstore.New(memstore.Options{}),
		Cookie: session.Cookie{InsecureLoopback: true}, // http on localhost; leave it out behind TLS
	})
	if err != nil {
		log.Fatal(err)
	}
	count := func(w http.ResponseWriter, r *http.Request) {
		visits := 0
		err := session.Update(session.From(r), "visits", func(n *int) error { *n++; visits = *n; return nil })
		if err != nil {
			http.Error(w, "please try again", session.StatusCode(err))
			return
		}
		fmt.Fprintln(w, "visit", visits)
	}
	log.Fatal(http.ListenAndServe("127.0.0.1:8080", m.Wrap(http.HandlerFunc(count))))
}
