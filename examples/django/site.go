package main

import (
	"context"
	"database/sql"
	"errors"
	"net/http"

	_ "modernc.org/sqlite" // the driver

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/compat/django"
)

// A site is the Go side of the Django site.
type site struct {
	*django.Site
	db *sql.DB
}

// openDatabase opens the database of the Django site.
func openDatabase(settings map[string]any) (*sql.DB, error) {
	path, err := setting(settings, "DATABASES", "default", "NAME")
	if err != nil {
		return nil, err
	}
	return sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(20000)")
}

// newSite is the whole site in Go. The proxy leads to it what has moved.
func newSite(settings map[string]any, db *sql.DB) (http.Handler, error) {
	sessions, err := openSessions(settings, db)
	if err != nil {
		return nil, err
	}
	s := &site{db: db}
	if s.Site, err = django.FromSettings(settings, django.Options{Backend: sessions, UserPassword: s.userPassword}); err != nil {
		return nil, err
	}
	m, err := session.New(s.Config)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("GET /{$}", s.show("index"))
	mux.Handle("GET /login/", s.show("login"))
	mux.Handle("POST /login/", view(s.login))
	mux.Handle("GET /password/", view(s.passwordPage))
	mux.Handle("POST /password/", view(s.changePassword))
	mux.Handle("POST /logout/", view(s.logout))
	mux.Handle("GET /cart/", s.show("cart"))
	mux.Handle("POST /cart/add/", view(s.addToCart))
	mux.Handle("POST /cart/empty/", view(s.emptyCart))
	return m.Wrap(s.CSRF.Protect(mux)), nil
}

// userPassword is what Django compares a session with.
func (s *site) userPassword(ctx context.Context, id string) (encoded string, err error) {
	err = s.db.QueryRowContext(ctx, "SELECT password FROM auth_user WHERE id = ? AND is_active", id).Scan(&encoded)
	if errors.Is(err, sql.ErrNoRows) {
		return "", session.ErrNotFound
	}
	return encoded, err
}

// A view answers a request, or says why it can't.
type view func(w http.ResponseWriter, r *http.Request) error

func (v view) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := v(w, r); err != nil {
		status := session.StatusCode(err)
		http.Error(w, http.StatusText(status), status)
	}
}

// back leads to another page and says there what was done. It doesn't matter which side
// serves that page.
func (s *site) back(w http.ResponseWriter, r *http.Request, to, message string) error {
	if err := s.Messages.Add(w, r, session.Flash{Level: session.Success, Message: "Go says: " + message}); err != nil {
		return err
	}
	http.Redirect(w, r, to, http.StatusFound)
	return nil
}
