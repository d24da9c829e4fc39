package main

import (
	"bytes"
	_ "embed"
	"html/template"

	"github.com/coatcheck-go/session"
)

//go:embed pages.html
var pagesHTML string

var pages = template.Must(template.New("").Parse(pagesHTML))

// A page is what its template shows.
type page struct {
	User     string
	Flashes  []session.Flash
	Problem  string
	Sessions []session.Info
	This     session.Handle
}

// show answers with a template. The session is read before the first byte leaves.
func (v *visit) show(status int, name string, p page) error {
	flashes, err := v.s.Flashes()
	if err != nil {
		return err
	}
	p.User, p.Flashes = v.user, flashes
	var html bytes.Buffer
	if err := pages.ExecuteTemplate(&html, name, p); err != nil {
		return err
	}
	v.w.Header().Set("Content-Type", "text/html; charset=utf-8")
	v.w.WriteHeader(status)
	_, _ = v.w.Write(html.Bytes()) // nobody is left to be told of an error
	return nil
}
