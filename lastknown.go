package session

import (
	"context"
	"fmt"
	"net/http"
)

// ServeLastKnown is a middleware inside of Wrap, for routes that would rather show a
// session as it last was than nothing while the store is down. There, and only on
// a store that remembers (package nearcache), a session that can't be loaded is
// served as it was last seen, read-only: every change is an error that is
// ErrUnavailable, and Session.LastKnown tells. It may have been ended elsewhere
// in the meantime: don't use it where that matters.
func (m *Manager) ServeLastKnown(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		m.From(r).wantLastKnown()
		next.ServeHTTP(w, r)
	})
}

func (s *Session) wantLastKnown() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.loaded {
		s.ctx = context.WithValue(s.ctx, lastKnownKey{}, true)
	}
}

type lastKnownKey struct{}

// WantsLastKnown reports whether a [Store] that can't load a record may return the
// last one it knew, together with an error that wraps [ErrLastKnown] and the
// cause.
func WantsLastKnown(ctx context.Context) bool { return ctx.Value(lastKnownKey{}) != nil }

// LastKnown reports whether the session is shown as it last was because the store
// is down, see [Manager.ServeLastKnown].
func (s *Session) LastKnown() (yes bool, err error) {
	err = s.view(func(*Snapshot) error { yes = s.outage != nil; return nil })
	return yes, err
}

// readOnly is the error of every change while only the last known state is there.
func (s *Session) readOnly() error {
	if s.outage == nil {
		return nil
	}
	return fmt.Errorf("session: read-only while the store is down: %w: %w", ErrUnavailable, s.outage)
}
