package main

import (
	"errors"
	"net/http"
	"time"
)

// A stack is one way to keep sessions.
type stack struct {
	name string
	open func(options) (*site, error)

	place      place
	acts       []act // all that is measured; nil: W1 to W5
	nothing    bool  // keeps no sessions: the bare handler
	raw        bool  // a handler without a library, for one session
	clientSide bool  // the cookie is the session, and there is no token
	small      bool  // isn't measured with 2 KiB of data

	// trips is how often its server was used, since it was started, by the
	// server's own statistics.
	trips func(*farm) (int, error)
}

// place is where a stack keeps sessions. What is compared is in one place.
type place int

const (
	inProcess place = iota // or in the cookie
	onServer
	nowhere // what is sealed and opened alone
	likeDjango
)

// options are for one site.
type options struct {
	dir   string        // for files
	farm  *farm         // for servers
	data  []entry       // of every session
	sweep time.Duration // how often the expired are thrown out by a library that does so by itself
}

// A site is a running program with sessions in it.
type site struct {
	visitor func(a act, cookie string) visitor
	close   func() error

	// fillUntil adds a session that expires then. Only sites of the crowd have it.
	fillUntil func(time.Time) error
	// sweep throws the expired out, and does nothing if the library does so by itself.
	sweep func() error
}

// act is what a handler does.
type act int

const (
	actNothing act = iota
	actRead        // read one key and check the value
	actWrite       // set one key, to another value each time
	actLogin       // a new token and three keys
	actFill        // set all of options.data
	actShow        // answer with the theme, for the tests
	actRotate      // a new token, nothing else
	actOpen        // open a token, without a request
	actSeal        // make one
	actLoad        // a session by its engine alone, without a request
	actSave        // the same
)

func (a act) method() string {
	switch a {
	case actWrite, actLogin, actFill, actRotate:
		return http.MethodPost
	}
	return http.MethodGet
}

var errAnswer = errors.New("the handler failed")

// newSession saves a session and returns its cookie.
func (s *site) newSession() (cookie string, err error) {
	v := s.visitor(actFill, "")
	if !v.visit() {
		return "", errAnswer
	}
	return cookieOf(v), nil
}

// A library is a session library over net/http. Its methods are what handlers
// do; wrap is its middleware, if it has one.
type library interface {
	wrap(http.Handler) http.Handler
	get(r *http.Request, key string) string
	set(w http.ResponseWriter, r *http.Request, entries []entry) error
	login(w http.ResponseWriter, r *http.Request, entries []entry) error
}

// A rotator is a library that can give a session a new token.
type rotator interface {
	rotate(r *http.Request) error
}

// rawSite makes a site of a handler that knows no cookies.
func rawSite(h http.Handler) *site {
	return &site{visitor: func(a act, _ string) visitor { return newHTTPVisitor(h, a.method(), "") }}
}

// newSite makes a site of a library.
func newSite(l library, o options) *site {
	handlers := handlersOf(l, o.data)
	return &site{
		visitor: func(a act, cookie string) visitor {
			v := newHTTPVisitor(l.wrap(handlers[a]), a.method(), cookie)
			v.follows = a == actRotate
			return v
		},
		close: func() error { return nil },
		sweep: func() error { return nil },
	}
}

func handlersOf(l library, data []entry) map[act]http.HandlerFunc {
	writes := 0 // of one goroutine
	handlers := map[act]http.HandlerFunc{
		actNothing: func(w http.ResponseWriter, _ *http.Request) { answer(w, true) },
		actRead:    func(w http.ResponseWriter, r *http.Request) { answer(w, l.get(r, nameKey) == name) },
		actWrite: func(w http.ResponseWriter, r *http.Request) {
			writes++
			answer(w, l.set(w, r, themes[writes%2]) == nil)
		},
		actLogin: func(w http.ResponseWriter, r *http.Request) { answer(w, l.login(w, r, signIn) == nil) },
		actFill:  func(w http.ResponseWriter, r *http.Request) { answer(w, l.set(w, r, data) == nil) },
		actShow:  func(w http.ResponseWriter, r *http.Request) { reveal(w, l.get(r, themeKey)) },
	}
	if l, ok := l.(rotator); ok {
		handlers[actRotate] = func(w http.ResponseWriter, r *http.Request) { answer(w, l.rotate(r) == nil) }
	}
	return handlers
}
