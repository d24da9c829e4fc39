package main

import (
	"bytes"
	"database/sql"
	_ "embed"
	"errors"
	"html/template"
	"net/http"

	"github.com/coatcheck-go/session"
)

//go:embed pages.html
var pagesHTML string

var pages = template.Must(template.New("").Funcs(template.FuncMap{"shown": shown}).Parse(pagesHTML))

// shown is a message as the page has it: those of the admin are HTML.
func shown(f session.Flash) any {
	if f.HTML {
		return template.HTML(f.Message) //nolint:gosec // Django's SafeString
	}
	return f.Message
}

// A page is what its template shows.
type page struct {
	User     string
	Cart     map[string]int
	Shop     []string
	Messages []session.Flash
	Token    template.HTML // {% csrf_token %}
}

// readPage reads what the visitor has, whichever side has put it there.
func (s *site) readPage(w http.ResponseWriter, r *http.Request) (p page, err error) {
	var errs [4]error
	p.User, errs[0] = s.userName(r)
	p.Cart, errs[1] = session.Get[map[string]int](session.From(r), "cart")
	p.Messages, errs[2] = s.Messages.Take(w, r)
	p.Token, errs[3] = s.CSRF.Field(w, r)
	p.Shop = shop
	return p, errors.Join(errs[:]...)
}

// userName is request.user.username, empty for nobody.
func (s *site) userName(r *http.Request) (name string, err error) {
	id, err := session.From(r).Subject()
	if err != nil || id == "" {
		return "", err
	}
	err = s.db.QueryRowContext(r.Context(), "SELECT username FROM auth_user WHERE id = ?", id).Scan(&name)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return name, err
}

// show answers with a template.
func (s *site) show(name string) view {
	return func(w http.ResponseWriter, r *http.Request) error {
		p, err := s.readPage(w, r)
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
