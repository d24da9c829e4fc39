package session

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// A Manager gives sessions to the requests of one application. Make it with
// [New]; it is safe for concurrent use and starts no goroutine.
type Manager struct {
	config Config
	engine Engine
	server *ServerEngine // where there are records, else nil
	cookie cookieWriter

	varies   []string // headers that tell whose session it is
	varyLine string   // the same, as the header Vary has them

	origin *http.CrossOriginProtection // nil: not checked
	saving stripes
}

// New returns a Manager, or an error that says what in config is wrong.
func New(config Config) (*Manager, error) {
	config, err := config.resolve()
	if err != nil {
		return nil, err
	}
	origin, err := config.protection()
	if err != nil {
		return nil, err
	}
	m := &Manager{config: config, engine: config.Engine, cookie: newCookieWriter(config.Cookie), origin: origin, saving: newStripes()}
	if b, ok := m.engine.(Binder); ok {
		if err := b.Bind(config); err != nil {
			return nil, fmt.Errorf("session: new: %w", err)
		}
	}
	m.varies = m.vary()
	m.varyLine = strings.Join(m.varies, ", ")
	if m.engine == nil {
		m.server = NewServerEngine(config.Store, config.App)
		m.server.EndReused = config.EndReused
		m.engine = m.server
	} else {
		m.server = recordsOf(m.engine)
	}
	return m, nil
}

// recordsOf returns the engine of the records that e keeps, nil if there are none.
func recordsOf(e Engine) *ServerEngine {
	if r, ok := e.(Recorder); ok {
		return r.Records()
	}
	return nil
}

// Wrap is the middleware: it puts a session at the disposal of next, saves what
// next changed before the first byte of the response leaves, and sends the
// cookie. A request whose handler makes no use of the session costs no I/O and
// gets no header. Requests from other sites that would change something are
// refused, see http.CrossOriginProtection.
//
// When the session can't be loaded or saved, Config.ErrorHandler answers in the
// place of next: a visitor whose session is unknown is not anonymous. An answer of
// next stays if its status is a 5xx or the StatusCode of the error: then next
// knows.
//
// If a request passes Wrap twice, in a router and again in a part of it for instance, it
// has one session all the same.
func (m *Manager) Wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Context().Value(contextKey{m}) != nil {
			next.ServeHTTP(w, r)
			return
		}
		c := m.carrier(r.Header)
		if err := m.admit(r, c.byHeader); err != nil {
			m.config.ErrorHandler(w, r, err)
			return
		}
		x := &exchange{Context: r.Context(), w: w}
		r = r.WithContext(x)
		x.session = Session{m: m, ctx: x.Context, request: r, carried: c.token, duplicate: c.duplicate, byHeader: c.byHeader}
		next.ServeHTTP(x, r)
		x.finish()
	})
}

// admit refuses requests that must not reach the handler at all. No other site can
// make a browser send our header, so where that carries the token nothing is to
// be feared.
func (m *Manager) admit(r *http.Request, byHeader bool) error {
	if m.config.Cookie.InsecureLoopback {
		if err := checkLoopback(r); err != nil {
			return err
		}
	}
	if m.origin == nil || byHeader {
		return nil
	}
	if err := m.origin.Check(r); err != nil {
		m.emit(r.Context(), Event{Kind: EventForbidden, Err: err})
		return fmt.Errorf("session: %w: %w", ErrForbidden, err)
	}
	return nil
}

// contextKey finds the session of a Manager in a context, of the innermost one
// if m is nil.
type contextKey struct{ m *Manager }

// From returns the session of r's Manager; with several, the one of the innermost.
// It does no I/O. It panics if r did not come through [Manager.Wrap].
func From(r *http.Request) *Session { return mustSession(r.Context(), nil) }

// From returns this Manager's session of r. It does no I/O. It panics if r did
// not come through m.Wrap.
func (m *Manager) From(r *http.Request) *Session { return mustSession(r.Context(), m) }

// FromContext returns the session of a request's context, or nil if there is none.
func FromContext(ctx context.Context) *Session {
	s, _ := ctx.Value(contextKey{}).(*Session)
	return s
}

func mustSession(ctx context.Context, m *Manager) *Session {
	s, ok := ctx.Value(contextKey{m}).(*Session)
	if !ok {
		panic("session: no session in the request's context; wrap the handler in Manager.Wrap")
	}
	return s
}

// New returns a new session outside of any request, for a job or a test. It
// exists once it is saved, see Session.Save. ctx is for its I/O.
func (m *Manager) New(ctx context.Context) *Session {
	return &Session{m: m, ctx: ctx}
}

// Open returns the session that token stands for, outside of any request: in a
// job, a WebSocket, a test. Changes need a Save, and where the token holds the
// session, somebody to give the new Token to. ErrNotFound: there is none. ctx is for
// this and all later I/O of the session.
func (m *Manager) Open(ctx context.Context, token Token) (*Session, error) {
	s := &Session{m: m, ctx: ctx, carried: string(token)}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch err := s.load(); {
	case err != nil:
		return nil, err
	case s.replaced:
		return nil, errReplaced
	case !s.exists():
		return nil, errNoSession
	}
	return s, nil
}

// Exists reports whether token stands for a live session.
func (m *Manager) Exists(ctx context.Context, token Token) (bool, error) {
	_, err := m.Open(ctx, token)
	if ignoreGone(err) != nil {
		return false, err
	}
	return err == nil, nil
}

// End ends the session that token stands for. It is no error that there is none.
// When it returns nil the session is gone for every process, whatever else is in
// flight. errors.ErrUnsupported: the token holds the session, and the engine keeps no
// record of it by which it could be ended (packages sealed and jwt without a store, the
// signed cookies of Flask and Django).
func (m *Manager) End(ctx context.Context, token Token) error {
	if m.engine.ClientSide() && m.server == nil {
		return fmt.Errorf("session: end: %T keeps no records, so a copy of the token stays good: %w", m.engine, errors.ErrUnsupported)
	}
	s, err := m.Open(ctx, token)
	if err != nil {
		return ignoreGone(err)
	}
	if err := s.Destroy(); err != nil {
		return err
	}
	return s.Save()
}

// CookieName is the name of the session cookie.
func (m *Manager) CookieName() string { return m.config.Cookie.Name }
