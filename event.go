package session

import (
	"context"
	"log/slog"
)

// An EventKind says what happened to a session.
type EventKind string

// The kinds of events.
const (
	EventCreated         EventKind = "created"          // a new session was saved
	EventLoaded          EventKind = "loaded"           // a request read its session
	EventLogin           EventKind = "login"            // a login was saved
	EventRotated         EventKind = "rotated"          // a new token took the old one's place
	EventEnded           EventKind = "ended"            // logout, destroy or end; Count tells how many
	EventExpired         EventKind = "expired"          // a request came with a session past its limits
	EventConflict        EventKind = "conflict"         // another request saved first; the changes are made again
	EventUnknownToken    EventKind = "unknown token"    // well-formed, but no session has it
	EventMalformedToken  EventKind = "malformed token"  // not a token of ours
	EventDuplicateCookie EventKind = "duplicate cookie" // two cookies of our name: none was believed
	EventReusedToken     EventKind = "reused token"     // rotated away, and its grace is over: perhaps stolen
	EventBrokenRecord    EventKind = "broken record"    // the store's bytes can't be read; they were left as they are
	EventStoreError      EventKind = "store error"      // the store failed
	EventForbidden       EventKind = "forbidden"        // cross-site request or wrong CSRF token
)

// An Event tells what happened to a session. It holds no secret.
type Event struct {
	Kind    EventKind
	Handle  Handle // zero when it isn't known
	Subject string
	Count   int   // how many sessions, for EventEnded
	Err     error // for the last kinds
}

// Level is Warn for what may be an attack or damage, Error for a store that
// fails, Debug for EventLoaded, and Info for the rest.
func (e Event) Level() slog.Level {
	switch e.Kind {
	case EventLoaded:
		return slog.LevelDebug
	case EventStoreError:
		return slog.LevelError
	case EventReusedToken, EventBrokenRecord, EventDuplicateCookie, EventForbidden:
		return slog.LevelWarn
	}
	return slog.LevelInfo
}

// LogValue returns the fields that are set, as a group.
func (e Event) LogValue() slog.Value {
	attrs := []slog.Attr{slog.String("kind", string(e.Kind))}
	if e.Handle != (Handle{}) {
		attrs = append(attrs, slog.String("handle", e.Handle.String()))
	}
	if e.Subject != "" {
		attrs = append(attrs, slog.String("subject", e.Subject))
	}
	if e.Count != 0 {
		attrs = append(attrs, slog.Int("count", e.Count))
	}
	if e.Err != nil {
		attrs = append(attrs, slog.String("error", e.Err.Error()))
	}
	return slog.GroupValue(attrs...)
}

// emit tells of an event, if anybody listens.
func (m *Manager) emit(ctx context.Context, e Event) {
	if m.config.OnEvent != nil {
		m.config.OnEvent(ctx, e)
	}
	if m.config.Logger != nil {
		m.config.Logger.LogAttrs(ctx, e.Level(), "session", slog.Any("event", e))
	}
}
