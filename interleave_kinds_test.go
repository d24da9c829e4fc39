package session_test

import (
	"context"
	"net/http"
	"net/http/httptest"

	"github.com/coatcheck-go/session"
)

// A kind is a kind of request that takes part in an interleaving. It comes with
// the token of alice's first device.
type kind struct {
	name string

	// handle is what the handler does with the session.
	handle func(*session.Session, *act) error

	// elsewhere is done by the application itself, with no request.
	elsewhere func(context.Context, *world, *session.Manager) error

	ends    reach
	writes  bool   // fails if the session has been ended since it was read
	key     string // that it sets to the act's number
	second  bool   // comes from alice's second device
	touches bool   // wants an idle touch to be due
}

// A reach says what is over when an act that ends sessions has returned.
type reach int

const (
	endsNothing reach = iota
	endsToken         // login: the tokens so far; the session goes on under a new one
	endsSession       // logout, destroy: the session that the request read
	endsHandle        // the session that has the handle, if it is alice's
	endsSubject       // all of alice's
	endsOthers        // all of alice's but the one it came with
)

func setNumber(s *session.Session, a *act) error { return s.Set(a.key, a.number) }

func read(s *session.Session, _ *act) error {
	_, err := s.Get("a")
	return err
}

var (
	kindRead      = kind{name: "read", handle: read}
	kindReadTouch = kind{name: "read with touch due", handle: read, touches: true}
	kindWriteA    = kind{name: "write a", handle: setNumber, key: "a", writes: true}
	kindWriteB    = kind{name: "write b", handle: setNumber, key: "b", writes: true}
	kindIncrement = kind{name: "increment", writes: true, handle: func(s *session.Session, _ *act) error {
		return session.Update(s, "n", func(n *int) error { *n++; return nil })
	}}
	kindRotate = kind{name: "rotate", writes: true, handle: func(s *session.Session, _ *act) error {
		return s.Rotate()
	}}
	kindLogin = kind{name: "login as alice", writes: true, ends: endsToken, handle: func(s *session.Session, _ *act) error {
		return s.Login(alice)
	}}
	kindLoginOther = kind{name: "login as bob", writes: true, ends: endsToken, handle: func(s *session.Session, _ *act) error {
		return s.Login(bob)
	}}
	kindLogout = kind{name: "logout", ends: endsSession, handle: func(s *session.Session, _ *act) error {
		return s.Logout()
	}}
	kindDestroy = kind{name: "destroy and set", writes: true, ends: endsSession, key: "d", handle: func(s *session.Session, a *act) error {
		if err := s.Destroy(); err != nil {
			return err
		}
		return setNumber(s, a)
	}}
	kindEndAll = kind{name: "end all", ends: endsSubject, elsewhere: func(ctx context.Context, _ *world, m *session.Manager) error {
		_, err := m.EndAll(ctx, alice)
		return err
	}}
	kindEndHandle = kind{name: "end by handle", ends: endsHandle, elsewhere: func(ctx context.Context, w *world, m *session.Manager) error {
		_, err := m.EndSession(ctx, alice, w.first.handle)
		return err
	}}
	kindEndOthers = kind{name: "end others, from another", second: true, ends: endsOthers, handle: endOthers}
	kindEndMine   = kind{name: "end others, from this one", ends: endsOthers, handle: endOthers}
	kindFlashRead = kind{name: "read flashes", writes: true, handle: func(s *session.Session, a *act) error {
		flashes, err := s.Flashes()
		for _, f := range flashes {
			a.shown = append(a.shown, f.Message)
		}
		return err
	}}
	kindFlashAdd = kind{name: "add flash", writes: true, handle: func(s *session.Session, a *act) error {
		return s.AddFlash(session.Flash{Message: a.flash()})
	}}
)

func endOthers(s *session.Session, _ *act) error {
	if subject, err := s.Subject(); subject == "" {
		return err // nobody is logged in any more
	}
	_, err := s.EndOthers()
	return err
}

var allKinds = []kind{
	kindRead, kindReadTouch, kindWriteA, kindWriteB, kindIncrement, kindRotate, kindLogin, kindLoginOther, kindLogout,
	kindDestroy, kindEndAll, kindEndHandle, kindEndOthers, kindEndMine, kindFlashRead, kindFlashAdd,
}

// tripleKinds leave out those that do to the store what another does: write b is
// as write a, and what each of three reads at least one of these has.
var tripleKinds = []kind{
	kindReadTouch, kindWriteA, kindIncrement, kindRotate, kindLogin, kindLoginOther, kindLogout,
	kindDestroy, kindEndAll, kindEndHandle, kindEndOthers, kindFlashRead, kindFlashAdd,
}

// An act is one request of a run and what came of it.
type act struct {
	kind
	number int

	seen   session.Info // the session its handler saw: handle and subject
	shown  []string     // flash messages
	status int          // 0 until it has returned
	cookie bool         // the response set the cookie or removed it
	token  string       // that it set
	looked bool         // the world has looked at it

	home session.Handle // the session it saved to
}

func (a *act) ok() bool { return a.status == http.StatusOK }

// sawFirst reports whether the session of the first device was there when the
// request came.
func (a *act) sawFirst(w *world) bool { return a.seen.Handle == w.first.handle }

// wrote reports whether there was something to save.
func (a *act) wrote() bool {
	switch a.name {
	case kindFlashRead.name:
		return a.shown != nil
	case kindRotate.name:
		return a.seen.Handle != session.Handle{} // what isn't there isn't rotated
	}
	return a.writes
}

// flash is the message that the act adds.
func (a *act) flash() string { return string(rune('A' + a.number)) }

// perform runs the act to its end on a process of its own or a shared one.
func (a *act) perform(ctx context.Context, w *world, m *session.Manager) {
	if a.elsewhere != nil {
		a.status = statusOf(a.elsewhere(ctx, w, m))
		return
	}
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, "https://shop.example/", nil)
	r.AddCookie(&http.Cookie{Name: m.CookieName(), Value: a.device(w).token})
	response := httptest.NewRecorder()
	m.Wrap(http.HandlerFunc(a.serve)).ServeHTTP(response, r)
	for _, c := range response.Result().Cookies() {
		a.cookie, a.token = true, c.Value
	}
	a.status = response.Code
}

func statusOf(err error) int {
	if err != nil {
		return session.StatusCode(err)
	}
	return http.StatusOK
}

func (a *act) device(w *world) device {
	if a.second {
		return w.second
	}
	return w.first
}

// serve is the handler.
func (a *act) serve(w http.ResponseWriter, r *http.Request) {
	s := session.From(r)
	a.seen.Handle, _ = s.Handle()
	a.seen.Subject, _ = s.Subject()
	if err := a.handle(s, a); err != nil {
		http.Error(w, "", session.StatusCode(err))
	}
}
