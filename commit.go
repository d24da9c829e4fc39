package session

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Save saves all changes now. In a handler it is seldom needed, since the changes are
// saved before the response begins; with it the handler learns of an
// error while it can still answer differently. Outside of requests nothing is saved
// without it. Errors: the store's, ErrEnded, or what a function given to Update
// returned.
func (s *Session) Save() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.load(); err != nil {
		return err
	}
	return s.commit()
}

// commit does all that is to be done in the store.
func (s *Session) commit() error {
	if s.dropped == nil && !s.modified {
		s.touch()
		return nil
	}
	// What a visitor was promised is done though he has gone away.
	ctx := s.saving()
	defer ctx.stop()
	if err := s.drop(ctx); err != nil {
		return s.failed("end", err)
	}
	if !s.modified || s.forget() {
		return nil
	}
	return s.failed("save", s.save(ctx))
}

// failed says what could not be done, and tells of it if it was the store's fault.
func (s *Session) failed(verb string, err error) error {
	err = wrap(verb, err)
	if errors.Is(err, ErrUnavailable) && s.ctx.Err() == nil {
		s.emit(Event{Kind: EventStoreError, Err: err})
	}
	return err
}

// forget drops the changes of a session that was never saved and has nothing in
// it: there is nothing to be kept.
func (s *Session) forget() bool {
	if s.exists() || s.next.ID != "" || s.next.Values.Len() > 0 {
		return false
	}
	s.changes, s.modified = nil, false
	return true
}

// save writes next over base, making the changes again on every conflict.
func (s *Session) save(ctx *lazyContext) error {
	s.fork()
	if s.exists() && !ctx.began.Before(s.base.end()) { // it has ended, unless other requests kept it going
		if err := s.rebase(ctx); err != nil {
			return s.saved("", err)
		}
	}
	if s.next.ID == "" {
		s.next.ID = s.m.engine.NewID()
	}
	if s.next.Handle == (Handle{}) {
		s.next.Handle = newHandle()
	}
	token, err := s.keep(ctx)
	if errors.Is(err, ErrConflict) && s.exists() {
		token, err = s.keepAgain(ctx)
	}
	return s.saved(token, err)
}

// keepAgain is for those who lost a race: they queue up here instead of losing
// again and again.
func (s *Session) keepAgain(ctx *lazyContext) (token string, err error) {
	unlock, err := s.m.saving.lock(ctx, s.base.Handle)
	if err != nil {
		return "", err
	}
	defer unlock()
	for {
		s.emit(Event{Kind: EventConflict})
		if err := s.rebase(ctx); err != nil {
			return "", err
		}
		if token, err = s.keep(ctx); !errors.Is(err, ErrConflict) {
			return token, err
		}
	}
}

func (s *Session) keep(ctx *lazyContext) (token string, err error) {
	s.next.stamp(ctx.began)
	s.next.MaxToken = s.maxToken()
	grace := max(s.m.config.RotateGrace, 0)
	if s.login {
		grace = 0
	}
	return s.m.engine.Keep(ctx, s.base, &s.next, grace)
}

// maxTokenInHeader is what servers and proxies take of one header line by default.
const maxTokenInHeader = 7 << 10

// maxToken is how long the token may be on the way that it goes.
func (s *Session) maxToken() int {
	if s.byHeader {
		return maxTokenInHeader
	}
	return s.m.cookie.capacity()
}

// rebase reads the session again and makes the changes on it.
func (s *Session) rebase(ctx context.Context) error {
	sn, err := s.reopen(ctx)
	if err != nil {
		return err
	}
	s.begin(sn)
	s.fork()
	for _, c := range s.changes {
		if err := c(&s.next); err != nil {
			s.err = fmt.Errorf("%w, and a change can't be made again: %w", ErrConflict, err) // some are made: none may be saved
			return s.err
		}
	}
	return nil
}

// reopen reads the session as it is saved now.
func (s *Session) reopen(ctx context.Context) (sn Snapshot, err error) {
	open := s.m.engine.Open
	if e, ok := s.m.engine.(Reopener); ok {
		open = e.Reopen
	}
	err = open(ctx, s.carried, &sn)
	if err == nil && !time.Now().Before(sn.end()) {
		err = errNoSession
	}
	return sn, err
}

// begin makes sn what changes are made on.
func (s *Session) begin(sn Snapshot) { s.next, s.base = sn, &s.next }

// saved notes that next is the saved state, or that it can't be saved.
func (s *Session) saved(token string, err error) error {
	if err != nil {
		return s.gone(err)
	}
	s.tell()
	if token != s.carried || !s.next.Moved && s.endMoved() {
		s.cookie = cookieSet
	}
	s.fresh = s.fresh || !s.exists()
	s.base = &s.next
	s.carried, s.changes, s.modified, s.login, s.reshaped = token, s.changes[:0], false, false, false
	return nil
}

// endMoved reports whether the browser must be told anew how long to keep the cookie.
// A touch moves the idle timeout alone, and the cookie lasts to the deadline anyway.
func (s *Session) endMoved() bool {
	return s.reshaped || s.next.Persistent && !s.next.deadline().Equal(s.base.deadline())
}

// gone turns an error that says there is no session any more into ErrEnded, and
// lets nothing be changed from here on.
func (s *Session) gone(err error) error {
	if ignoreGone(err) != nil {
		return err
	}
	s.replaced = true
	return errEndedElsewhere
}

var errEndedElsewhere = fmt.Errorf("session: nothing can be saved any more: %w", ErrEnded)

// tell emits what a save was.
func (s *Session) tell() {
	switch {
	case s.login:
		s.emit(Event{Kind: EventLogin})
	case !s.exists():
		s.emit(Event{Kind: EventCreated})
	case s.base.ID != s.next.ID:
		s.emit(Event{Kind: EventRotated})
	}
}

// touch notes that the visitor was here, now and then. That it fails costs
// the visitor nothing now.
func (s *Session) touch() {
	if !s.exists() || s.base.Idle == 0 || s.outage != nil {
		return
	}
	seen, every := s.base.lastSeen(), s.touchEvery()
	if !s.headersSent && s.now.Sub(seen) < every {
		return // without asking the clock
	}
	now := time.Now() // the handler may have gone on for long
	if now.Sub(seen) < every {
		return
	}
	err := s.noteSeen(now)
	if err != nil && !errors.Is(err, ErrConflict) && ignoreGone(err) != nil {
		_ = s.failed("touch", err)
	}
}

// noteSeen moves the idle timeout: in the store, or by a new token that says so.
func (s *Session) noteSeen(now time.Time) error {
	if !s.m.engine.ClientSide() {
		ctx := s.reading(&lazyContext{}, now)
		defer ctx.stop()
		return s.m.engine.Touch(ctx, s.base, s.base.seenExpiry(now))
	}
	if s.changeable(true) != nil {
		return nil
	}
	ctx := s.saving()
	defer ctx.stop()
	return s.save(ctx)
}

// touchEvery is short enough that a visitor who comes again and again isn't signed out.
func (s *Session) touchEvery() time.Duration {
	if every := s.m.config.TouchEvery; every > 0 {
		return min(every, s.base.Idle/2)
	}
	return min(s.base.Idle/10, maxTouchEvery)
}

// drop ends the session that Logout or Destroy put aside.
func (s *Session) drop(ctx context.Context) error {
	if s.dropped == nil {
		return nil
	}
	ctx = context.WithValue(ctx, openedKey{}, time.Time{}) // however late it is, the session is to end
	if err := s.m.engine.Drop(ctx, s.dropped); err != nil {
		return err
	}
	s.m.emit(s.ctx, Event{Kind: EventEnded, Handle: s.dropped.Handle, Subject: s.dropped.Subject, Count: 1})
	s.dropped = nil
	return nil
}

// stripes are locks for saving, one for many sessions. A lock is held while the
// store works, never while a handler does, and only by those who lost a race.
type stripes []chan struct{}

func newStripes() stripes {
	s := make(stripes, 64)
	for i := range s {
		s[i] = make(chan struct{}, 1)
	}
	return s
}

func (s stripes) lock(ctx context.Context, h Handle) (unlock func(), err error) {
	stripe := s[int(h[0])%len(s)]
	select {
	case stripe <- struct{}{}:
		return func() { <-stripe }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
