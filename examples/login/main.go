// Program login is a site with a sign-in form, sign-out, a change of the password
// and a page of the visitor's devices.
//
//	go run ./examples/login
//
// and sign in at http://127.0.0.1:8080 as alice with wonderland.
package main

import (
	"log"
	"net/http"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/memstore"
)

func main() {
	site, err := newSite(&users{passwords: map[string]string{"alice": "wonderland", "bob": "builder"}}, session.Config{
		Store:  memstore.New(memstore.Options{}),
		Cookie: session.Cookie{InsecureLoopback: true}, // http on localhost; leave it out behind TLS
	})
	if err != nil {
		log.Fatal(err)
	}
	log.Print("http://127.0.0.1:8080")
	log.Fatal(http.ListenAndServe("127.0.0.1:8080", site))
}
