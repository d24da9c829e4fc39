// Package site is the demo of Coatcheck: a small site, and the same as JSON under
// /api, whose handlers show how the library is used. Each file holds one page.
package site

import (
	"fmt"
	"log/slog"
	"net/http"

	"github.com/coatcheck-go/session"
)

// Options are what a site needs besides its sessions.
type Options struct {
	Accounts   Accounts
	StoreKind  string    // as /api/session calls the store: "sqlite"
	StorePlace string    // for people: where the sessions are
	ClientSide bool      // the cookie holds the session
	NoList     string    // why sessions can't be listed and ended from elsewhere; "": they can
	Framework  Framework // whose sessions these are, too; zero: they are our own
}

// A site holds what all pages share. Nothing of it changes after New.
type site struct {
	Options
	manager   *session.Manager
	cookie    session.Cookie
	log       *slog.Logger
	templates templates
}

// New returns the handler of the site, with sessions as config says; the site
// sets ErrorHandler and OnEvent itself.
func New(config session.Config, o Options) (http.Handler, error) {
	s := &site{Options: o, cookie: config.Cookie, log: config.Logger, templates: parseTemplates()}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	config.ErrorHandler = s.fail
	config.OnEvent = noteEvent
	manager, err := session.New(config)
	if err != nil {
		return nil, fmt.Errorf("site: %w", err)
	}
	s.manager = manager
	return guard(withEvents(manager.Wrap(s.routes()))), nil
}

// routes puts the three parts together. Forms must carry a token of their session.
// The API needs none: a form can't send it anything that the Manager's
// cross-origin check lets pass, and a program has no page to take a token from.
func (s *site) routes() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/static/", static())
	mux.Handle("/api/", s.known(s.api()))
	mux.Handle("/", s.known(s.pages(), s.requireCSRF))
	return mux
}

func (s *site) pages() *http.ServeMux {
	mux := http.NewServeMux()
	for pattern, h := range map[string]handler{
		"GET /{$}":                 s.home,
		"GET /login":               s.loginPage,
		"POST /login":              s.login,
		"POST /logout":             s.logout,
		"GET /cart":                s.cartPage,
		"POST /cart/add":           s.cartAdd,
		"POST /cart/change":        s.cartChange,
		"POST /cart/remove":        s.cartRemove,
		"POST /cart/clear":         s.cartClear,
		"GET /preferences":         s.prefsPage,
		"POST /preferences":        s.prefsSave,
		"GET /devices":             s.devicesPage,
		"POST /devices/end":        s.deviceEnd,
		"POST /devices/end-others": s.devicesEndOthers,
		"POST /devices/end-all":    s.devicesEndAll,
		"GET /inside":              s.insidePage,
	} {
		mux.Handle(pattern, s.handle(h))
	}
	return mux
}

// A handler answers a request, or returns an error before it has written anything.
type handler func(http.ResponseWriter, *http.Request) error

func (s *site) handle(h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := h(w, r); err != nil {
			s.fail(w, r, err)
		}
	})
}

// known answers what mux has no handler for in the manner of the site: net/http
// would send plain text. What mux does handle goes through the middlewares.
func (s *site) known(mux *http.ServeMux, through ...func(http.Handler) http.Handler) http.Handler {
	var next http.Handler = mux
	for _, m := range through {
		next = m(next)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h, pattern := mux.Handler(r)
		if pattern != "" {
			next.ServeHTTP(w, r)
			return
		}
		probe := &statusProbe{header: w.Header(), status: http.StatusNotFound}
		h.ServeHTTP(probe, r) // 404, or 405 with the header Allow
		s.fail(w, r, &httpError{status: probe.status})
	})
}

// A statusProbe takes the headers and the status of a response, without its body.
type statusProbe struct {
	header http.Header
	status int
}

func (p *statusProbe) Header() http.Header         { return p.header }
func (p *statusProbe) WriteHeader(status int)      { p.status = status }
func (p *statusProbe) Write(b []byte) (int, error) { return len(b), nil }

// guard sets the headers that every site should have. The site has no script at
// all, so none is allowed.
func guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy",
			"default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		next.ServeHTTP(w, r)
	})
}

// seeOther answers a form with a message and a redirect, so that reloading the next
// page sends nothing again.
func (s *site) seeOther(w http.ResponseWriter, r *http.Request, path string, level session.FlashLevel, message string) error {
	err := s.addMessage(w, r, session.Flash{Level: level, Message: message})
	if err == nil {
		http.Redirect(w, r, path, http.StatusSeeOther)
	}
	return err
}
