package main

import (
	"net/http"

	"github.com/coatcheck-go/session"
)

// A site is the application: its pages, and the users whom they ask for.
type site struct {
	*session.Manager
	users *users
}

func newSite(u *users, c session.Config) (http.Handler, error) {
	m, err := session.New(c)
	if err != nil {
		return nil, err
	}
	s := &site{m, u}
	mux := http.NewServeMux()
	mux.Handle("GET /{$}", s.public(s.home))
	mux.Handle("GET /login", s.public(s.loginForm))
	mux.Handle("POST /login", s.public(s.login))
	mux.Handle("POST /logout", s.public(s.logout))
	mux.Handle("GET /password", s.private(s.passwordForm))
	mux.Handle("POST /password", s.private(s.changePassword))
	mux.Handle("GET /devices", s.private(s.devices))
	mux.Handle("POST /devices/end", s.private(s.endDevice))
	mux.Handle("POST /devices/end-others", s.private(s.endOthers))
	return m.Wrap(mux), nil
}

// A visit is one request, with its session and who is signed in.
type visit struct {
	w    http.ResponseWriter
	r    *http.Request
	s    *session.Session
	user string
}

// public makes a handler of a page. What a page can't do is answered with the
// status that fits: 503 when the store is down, and so on.
func (s *site) public(page func(*visit) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := &visit{w: w, r: r, s: s.From(r)}
		user, err := v.s.Subject()
		if v.user = user; err == nil {
			err = page(v)
		}
		if err != nil {
			status := session.StatusCode(err)
			http.Error(w, http.StatusText(status), status)
		}
	})
}

// private is public for those who are signed in. Others go and sign in.
func (s *site) private(page func(*visit) error) http.Handler {
	return s.public(func(v *visit) error {
		if v.user == "" {
			return v.redirect("/login")
		}
		return page(v)
	})
}

func (v *visit) redirect(to string) error {
	http.Redirect(v.w, v.r, to, http.StatusSeeOther)
	return nil
}

// back says what was done on the next page.
func (v *visit) back(to, message string) error {
	if err := v.s.AddFlash(session.Flash{Level: session.Success, Message: message}); err != nil {
		return err
	}
	return v.redirect(to)
}

func (s *site) home(v *visit) error { return v.show(http.StatusOK, "home", page{}) }
