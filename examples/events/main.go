// Program events streams to a page what happens in its visitor's session, as
// server-sent events: open it in two tabs and count in one.
//
//	go run ./examples/events
package main

import (
	"fmt"
	"log"
	"net/http"
	"time"

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
	log.Print("http://127.0.0.1:8080")
	log.Fatal(http.ListenAndServe("127.0.0.1:8080", m.Wrap(newSite(time.Second))))
}

// newSite looks at the session of each open page once every interval.
func newSite(interval time.Duration) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", home)
	mux.HandleFunc("POST /count", count)
	mux.HandleFunc("POST /end", end)
	mux.Handle("GET /events", stream(interval))
	return mux
}

const page = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Events</title>
<p>Counted: <output id="n">0</output></p>
<form method="post" action="/count"><button>Count</button></form>
<form method="post" action="/end"><button>End the session</button></form>
<script>
const events = new EventSource("/events")
events.onmessage = e => document.getElementById("n").value = e.data
</script>`

func home(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprint(w, page)
}

func count(w http.ResponseWriter, r *http.Request) {
	err := session.Update(session.From(r), "n", func(n *int) error { *n++; return nil })
	answer(w, r, err)
}

func end(w http.ResponseWriter, r *http.Request) {
	answer(w, r, session.From(r).Destroy())
}

func answer(w http.ResponseWriter, r *http.Request, err error) {
	if err != nil {
		http.Error(w, "please try again", session.StatusCode(err))
		return
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
}
