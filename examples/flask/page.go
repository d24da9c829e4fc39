package main

import (
	"bytes"
	_ "embed"
	"errors"
	"html/template"
	"net/http"
	"time"

	"github.com/coatcheck-go/session"
)

//go:embed pages.html
var pagesHTML string

var pages = template.Must(template.New("").Parse(pagesHTML))

// A page is what its template shows.
type page struct {
	User    string
	Since   time.Time
	Cart    cart
	Shop    []string
	Flashes []session.Flash
}

// readPage reads what the session holds, whichever side has put it in.
func readPage(s *session.Session) (p page, err error) {
	var errs [4]error
	p.User, errs[0] = s.Subject()
	p.Since, errs[1] = session.Get[time.Time](s, "since")
	p.Cart, errs[2] = session.Get[cart](s, "cart")
	p.Flashes, errs[3] = s.Flashes()
	p.Shop = shop
	return p, errors.Join(errs[:]...)
}

// show answers with a template.
func show(name string) view {
	return func(w http.ResponseWriter, r *http.Request) error {
		p, err := readPage(session.From(r))
		if err != nil {
			return err
		}
		var html bytes.Buffer
		if err := pages.ExecuteTemplate(&html, name, p); err != nil {
			return err
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write(html.Bytes()) // nobody is left to be told of an error
		return nil
	}
}
