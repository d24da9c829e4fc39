package session

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"
)

// A Session is one visitor's dictionary that outlives the request. Get it with
// [From] in a handler, with [Manager.Open] or [Manager.New] elsewhere.
//
// It is lazy: the first call that needs the record loads it, and any error of
// that load is returned by this and every later call. What a handler changes is
// saved before the first byte of the response leaves (or by Save); a change made
// after that is saved before the call returns. When another request of the same
// session has saved meanwhile, the changes of this one are made again on what it
// saved, so no update is lost; see [Update] for changes that depend on what was
// there.
//
// A Session is safe for concurrent use.
type Session struct {
	m       *Manager
	ctx     context.Context // of the request, or as given to Open or New
	request *http.Request   // nil outside of requests

	carried   string // the token that came with the request
	duplicate bool   // more than one came
	byHeader  bool   // in a header, not in a cookie

	mu     sync.Mutex
	loaded bool
	err    error // of loading; the request fails with it

	*states          // nil until loaded
	replaced    bool // it was ended, or a login took its place: nothing can be changed
	modified    bool // there are changes to be saved
	headersSent bool
	closed      bool // the response left before the session was used
}

// states are what a Session works on once it is loaded.
type states struct {
	next Snapshot  // as it shall be
	base *Snapshot // as it is saved, no ID: not at all; &next until something changes
	now  time.Time // of loading

	changes []change  // what leads from base to next
	dropped *Snapshot // a session to end
	outage  error     // why only the last known state is there, see ServeLastKnown
	fresh   bool      // base was created by this Session
	login   bool      // the rotation is a login: no grace

	cookie    cookieNeed
	reshaped  bool // the cookie's lifetime is to change
	clearSite bool

	// Here to save an allocation each.
	loading     lazyContext
	steps       [4]change // the first changes
	headerLines [2]string // Vary and Cache-Control
}

// A change leads from one snapshot to the next. It is made again when another
// request saved first, and must change nothing when it returns an error.
type change func(*Snapshot) error

// cookieNeed says what the response must tell the browser.
type cookieNeed byte

const (
	cookieKeep cookieNeed = iota
	cookieSet
	cookieRemove
)

var (
	errNoSession = fmt.Errorf("session: token is unknown: %w", ErrNotFound)
	errMovedAway = fmt.Errorf("session: the token was rotated, and only the newer one can carry a change: %w", ErrConflict)
	errUsedLate  = fmt.Errorf("session: first used after the response had begun, which caches may keep for everybody: %w", ErrTooLate)
	errDiscarded = fmt.Errorf("session: changes were discarded with the 5xx response: %w", ErrTooLate)
)

// load reads the session, once. The caller holds mu, as of all unexported methods
// of Session.
func (s *Session) load() error {
	if s.loaded {
		return s.err
	}
	if s.closed {
		return errUsedLate
	}
	s.loaded, s.states = true, &states{}
	if s.duplicate {
		s.emit(Event{Kind: EventDuplicateCookie})
	}
	s.base, s.now, s.changes = &s.next, time.Now(), s.steps[:0]
	if s.carried != "" {
		s.err = s.open()
	}
	if !s.exists() {
		s.renew()
		return s.err
	}
	s.emit(Event{Kind: EventLoaded})
	return nil
}

// open fills next with the session of the carried token, or leaves it empty where
// there is none to be had. The error is one that must fail the request.
func (s *Session) open() error {
	sn := &s.next
	ctx := s.reading(&s.loading, s.now)
	defer ctx.stop()
	err := s.m.engine.Open(ctx, s.carried, sn)
	if errors.Is(err, ErrLastKnown) {
		s.outage, err = err, nil
		s.emit(Event{Kind: EventStoreError, Err: s.outage})
	}
	if err == nil && s.now.Before(sn.end()) {
		return nil
	}
	kind := EventExpired
	switch {
	case err == nil:
	case errors.Is(err, ErrEnded):
		s.replaced = true
		kind = ""
	case errors.Is(err, ErrMalformed):
		kind = EventMalformedToken
	case errors.Is(err, errReused):
		kind = EventReusedToken
	case errors.Is(err, ErrNotFound):
		kind = EventUnknownToken
	case errors.Is(err, ErrBroken):
		kind = EventBrokenRecord
	default:
		*sn = Snapshot{} // else it would pass for a session
		return s.failed("load", err)
	}
	if kind != "" {
		s.m.emit(s.ctx, Event{Kind: kind, Handle: sn.Handle, Subject: sn.Subject, Err: err})
	}
	*sn = Snapshot{}
	return nil
}

// renew begins a session that isn't saved yet.
func (s *Session) renew() {
	s.next = s.m.blank(s.now)
	s.base = &s.next
}

// blank is a session before anything is in it.
func (m *Manager) blank(now time.Time) Snapshot {
	idle, _ := checkIdle(m.config.Limits.Idle) // New checked it
	return Snapshot{
		Created: now, Started: now, Lifetime: m.config.Limits.Lifetime,
		Idle: idle, Persistent: m.config.Persistent,
	}
}

// exists reports whether there is a saved session.
func (s *Session) exists() bool { return s.base.ID != "" }

func (s *Session) emit(e Event) {
	if e.Handle == (Handle{}) {
		e.Handle, e.Subject = s.next.Handle, s.next.Subject
	}
	s.m.emit(s.ctx, e)
}

// view calls f with the loaded session as it shall be, changes included.
func (s *Session) view(f func(*Snapshot) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.load(); err != nil {
		return err
	}
	return f(&s.next)
}

// change makes c, keeps it to be saved, and saves it at once if the response has
// begun. A change that needs a header must come before that.
func (s *Session) change(c change) error { return s.alter(c, false) }

func (s *Session) alter(c change, needsHeader bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.alterLocked(c, needsHeader)
}

func (s *Session) alterLocked(c change, needsHeader bool) error {
	if err := s.changeable(needsHeader); err != nil {
		return err
	}
	s.fork()
	if err := c(&s.next); err != nil {
		return err
	}
	s.changes = append(s.changes, c)
	s.modified = true
	if s.headersSent {
		return s.commit()
	}
	return nil
}

// fork puts base aside from next, which is about to change. Nobody needs the
// values of base, so next has them.
func (s *Session) fork() {
	if s.base == &s.next {
		base := s.next
		base.Values = Values{}
		s.base = &base
	}
}

// changeable reports why nothing can be changed, if so.
func (s *Session) changeable(needsHeader bool) error {
	if err := s.load(); err != nil {
		return err
	}
	if err := s.readOnly(); err != nil {
		return err
	}
	if s.replaced {
		return errReplaced
	}
	if s.headersSent && (needsHeader || !s.exists() || s.m.engine.ClientSide()) {
		return fmt.Errorf("session: a new cookie is needed: %w", ErrTooLate)
	}
	if s.next.Moved && s.m.engine.ClientSide() {
		return errMovedAway
	}
	if s.next.ReadOnly != nil {
		return fmt.Errorf("session: it can only be read: %w", s.next.ReadOnly)
	}
	return nil
}

// Reload reads the session again and drops changes not saved yet, for handlers that
// go on for long, such as a WebSocket's. ErrEnded: it was ended meanwhile, or its token
// was rotated longer ago than Config.RotateGrace. The visitor of a rotated session has a
// newer cookie by then, so let them connect again.
func (s *Session) Reload() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.load(); !s.loaded || !s.exists() {
		return err
	}
	ctx := s.reading(&lazyContext{opened: s.now}, time.Now())
	defer ctx.stop()
	sn, err := s.reopen(ctx)
	if err != nil {
		return s.failed("reload", s.gone(err))
	}
	s.begin(sn)
	s.changes, s.modified, s.login, s.reshaped = nil, false, false, false
	s.err, s.outage = nil, nil
	return nil
}

// Accessed reports whether this request has made use of the session (Flask's and
// Django's accessed).
func (s *Session) Accessed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.loaded
}

// Modified reports whether there are changes still to be saved.
func (s *Session) Modified() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.modified
}

// MarkModified makes the session be saved although nothing has changed. Unlike
// in Flask and Django it isn't needed after a change to a nested value, since Get
// returns a copy that can only come back by Set.
func (s *Session) MarkModified() error {
	return s.change(func(*Snapshot) error { return nil })
}

// IsNew reports whether no session came with the request.
func (s *Session) IsNew() (isNew bool, err error) {
	err = s.view(func(*Snapshot) error { isNew = !s.exists() || s.fresh; return nil })
	return isNew, err
}

// IsEmpty reports whether the session has no values and nobody is logged in.
func (s *Session) IsEmpty() (empty bool, err error) {
	err = s.view(func(sn *Snapshot) error {
		empty = sn.Values.Len() == 0 && sn.Subject == ""
		return nil
	})
	return empty, err
}

// Handle returns the session's public name; zero if it was never saved.
func (s *Session) Handle() (h Handle, err error) {
	err = s.view(func(sn *Snapshot) error { h = sn.Handle; return nil })
	return h, err
}

// Token returns what the visitor carries after the last save; empty if there is no
// session, whatever came with the request. It is for clients without a cookie jar and
// for jobs that open the session later; browsers get it as a cookie. For a request that
// came with an old token within its grace it is that old token.
func (s *Session) Token() Token {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.load() == nil && !s.exists() {
		return ""
	}
	return Token(s.carried)
}

// Created returns when the session began; the current time for one that was not
// saved yet.
func (s *Session) Created() (t time.Time, err error) {
	err = s.view(func(sn *Snapshot) error { t = sn.Created; return nil })
	return t, err
}
