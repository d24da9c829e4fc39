package main

import (
	"net/http"

	"github.com/coatcheck-go/session"
)

// newSite is the whole application in Go. The proxy leads to it what has moved.
func newSite(environ []string) (http.Handler, error) {
	m, err := newManager(environ)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("GET /{$}", show("index"))
	mux.Handle("GET /login", show("login"))
	mux.Handle("POST /login", view(login))
	mux.Handle("POST /logout", view(logout))
	mux.Handle("GET /cart", show("cart"))
	mux.Handle("POST /cart/add", view(addToCart))
	mux.Handle("POST /cart/empty", view(emptyCart))
	return m.Wrap(mux), nil
}

// A view answers a request, or says why it can't.
type view func(w http.ResponseWriter, r *http.Request) error

func (v view) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := v(w, r); err != nil {
		status := session.StatusCode(err)
		http.Error(w, http.StatusText(status), status)
	}
}

// back leads to another page and says there what was done. It doesn't matter which
// side serves that page.
func back(w http.ResponseWriter, r *http.Request, to, message string) error {
	if err := session.From(r).AddFlash(session.Flash{Level: session.Success, Message: "Go says: " + message}); err != nil {
		return err
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}
