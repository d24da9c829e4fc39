package site

import (
	"bytes"
	"html/template"
	"net/http"

	"github.com/coatcheck-go/session"
)

// A page is what a template sees.
type page struct {
	Name    string // of the template: "cart"
	Title   string // to be translated
	Host    string
	Session *session.Session // nil on error pages
	User    string           // "" for nobody
	Prefs   prefs
	Flashes []session.Flash
	Data    any // what the page itself is about
	Note    note
	Content template.HTML

	csrf func() (template.HTML, error)
	read []string // the keys that were read
}

// newPage reads what every page shows. The error, if any, is of loading the
// session; once that has gone well, reading values needs no store.
func (s *site) newPage(w http.ResponseWriter, r *http.Request, name, title string) (*page, error) {
	p := &page{Name: name, Title: title, Host: r.Host, Session: session.From(r)}
	p.csrf = func() (template.HTML, error) { return s.csrfField(w, r) }
	_, user, err := s.user(r)
	if err != nil {
		return nil, err
	}
	p.User = user
	p.Prefs = value[prefs](p, prefsKey).clean()
	p.Flashes, err = s.takeMessages(w, r)
	return p, err
}

// value returns what the session holds under key, or the zero T if that is no T:
// through the API visitors can set what they like. Such a thing must not make
// all pages fail.
func value[T any](p *page, key string) T {
	v, ok, err := session.Lookup[T](p.Session, key)
	if ok || err != nil {
		p.read = append(p.read, key)
	}
	return v
}

// CSRFField is the hidden field of a form.
func (p *page) CSRFField() (template.HTML, error) { return p.csrf() }

// T translates a text of the templates into the visitor's language.
func (p *page) T(text string) string { return translate(p.Prefs.Language, text) }

// render writes the page. The content comes first, since a form's token may begin a session;
// then all is saved, so that the note can tell what happened.
func (s *site) render(w http.ResponseWriter, r *http.Request, p *page) error {
	var content, whole bytes.Buffer
	if err := s.templates.content(&content, p); err != nil {
		return err
	}
	p.Content = template.HTML(content.String()) //nolint:gosec // html/template wrote it
	if err := p.save(r); err != nil {
		return err
	}
	if err := s.templates.layout(&whole, p); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, err := whole.WriteTo(w)
	return err
}

// renderError writes a page that makes no use of the session.
func (s *site) renderError(w http.ResponseWriter, r *http.Request, status int, detail string) {
	p := &page{
		Name: "error", Title: http.StatusText(status), Host: r.Host, Data: detail,
		Note: note{"This page made no use of your session."},
	}
	var content, whole bytes.Buffer
	err := s.templates.content(&content, p)
	p.Content = template.HTML(content.String()) //nolint:gosec // html/template wrote it
	if err == nil {
		err = s.templates.layout(&whole, p)
	}
	if err != nil {
		http.Error(w, http.StatusText(status), status)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = whole.WriteTo(w)
}
