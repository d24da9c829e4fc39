package session

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"time"
)

// An Engine turns a visitor's token into a session and back (the word is
// Django's). There are two families. A server-side engine keeps records in a
// [Store] and the token only finds them; Config.Store makes one. A client-side
// engine seals the session itself into the token. Most users need neither this
// interface nor [Snapshot].
//
// All methods are safe for concurrent use. Errors are those of [Store], wrapped;
// any other means that the engine could not do its work, and fails the request.
type Engine interface {
	// NewID returns a fresh secret for Snapshot.ID.
	NewID() string

	// Open fills s with the session that token stands for. ErrNotFound: there
	// is none. ErrMalformed, which is an ErrNotFound: the token is not of the engine's
	// form, which is found out before any I/O.
	// ErrEnded: a login has just taken its place. ErrBroken: it can't be read.
	// ErrLastKnown: s is filled, but it may be an old state.
	// Open doesn't check the session's limits: the Manager does, by its clock.
	Open(ctx context.Context, token string, s *Snapshot) error

	// Keep saves s, which was made of old, and returns the token to send; an empty
	// one says that nothing is left to be kept, and removes the cookie. An old
	// with an empty ID is no session: s is new. Of a changed one old has no Values:
	// nobody needs them twice. An s.ID other than old.ID rotates: the old token
	// leads to the new session for as long as grace (0: it ends at once).
	// ErrConflict: old isn't the saved state any more. ErrNotFound: old was ended.
	Keep(ctx context.Context, old, s *Snapshot, grace time.Duration) (token string, err error)

	// Touch moves s.Expires to expires without saving anything else.
	// ErrNotFound, ErrConflict: as Keep. A client-side engine gets a Keep
	// instead, for the new time needs a new token.
	Touch(ctx context.Context, s *Snapshot, expires time.Time) error

	// Drop ends s, also when it was changed or rotated since it was opened.
	Drop(ctx context.Context, s *Snapshot) error

	// ClientSide tells that the token holds the session, so that every change
	// needs a response header.
	ClientSide() bool
}

// A Recorder is an [Engine] that keeps a record of each session in a [Store]
// besides its token. With it a Manager can list and end sessions and limit their
// number, see Manager.Sessions, Manager.EndAll and Config.MaxPerSubject.
type Recorder interface {
	Engine

	// Records returns the engine of the records, nil if there are none.
	Records() *ServerEngine
}

// A Reopener is an [Engine] whose tokens may hold an older state than the one that
// was saved last.
type Reopener interface {
	Engine

	// Reopen fills s with the state saved last. Errors as Open. It is called
	// after Keep returned ErrConflict.
	Reopen(ctx context.Context, token string, s *Snapshot) error
}

// A Binder is an [Engine] that goes by settings of its Manager.
type Binder interface {
	Engine

	// Bind is called by New with the settings, defaults put in. Its error is an
	// error of New: a setting doesn't suit the engine, or the engine is bound
	// to a Manager with other settings.
	Bind(c Config) error
}

// A Snapshot is a session at one moment, as an [Engine] opens and keeps it.
type Snapshot struct {
	// ID is a secret that names this session until it is rotated. Server-side
	// it is the token. CSRF tokens are bound to it.
	ID string

	Handle  Handle    // public name, the same over rotations
	Subject string    // who is logged in, "" for nobody
	Created time.Time // when the session began
	Started time.Time // when Lifetime began to run: creation or last login
	Saved   time.Time // last time it was saved

	Lifetime time.Duration // absolute limit from Started on
	Idle     time.Duration // idle timeout, 0 for none
	Until    time.Time     // a further end set by ExpireAt, zero for none
	Expires  time.Time     // when the idle timeout ends it, or Lifetime if there is none

	Persistent bool   // the cookie outlives the browser
	Address    string // the visitor's at login
	UserAgent  string // the visitor's at login

	Values Values

	// Moved: the token that opened this session was rotated away, and its
	// grace is running. The newer cookie must not be overwritten.
	Moved bool

	// ReadOnly is why nothing of the session can be changed or saved, nil if it
	// can be: what came shows the session and can't write it. Open sets it.
	ReadOnly error

	// Renew: Open asks for a new token although nothing changed, since the one
	// that came was sealed by an old key, for instance.
	Renew bool

	// MaxToken is how many bytes the token may have that Keep makes, 0 for any
	// number. See CheckToken.
	MaxToken int

	// State is the Engine's own: what Open learned of the token and Keep needs to
	// know. A Manager only carries it along.
	State any

	key Key    // the server-side engine's: where the record is
	rec Record // and what it was when opened
}

// deadline is the absolute end.
func (s *Snapshot) deadline() time.Time {
	end := s.Started.Add(s.Lifetime)
	if !s.Until.IsZero() && s.Until.Before(end) {
		return s.Until
	}
	return end
}

// end is when the session ends if nobody comes back.
func (s *Snapshot) end() time.Time {
	if end := s.deadline(); s.Idle == 0 || end.Before(s.Expires) {
		return end
	}
	return s.Expires
}

// lastSeen is as exact as Config.TouchEvery.
func (s *Snapshot) lastSeen() time.Time {
	if s.Idle == 0 {
		return s.Saved
	}
	return s.Expires.Add(-s.Idle)
}

// stamp sets the times of a session that is about to be saved.
func (s *Snapshot) stamp(now time.Time) {
	s.Saved, s.Renew = now, false
	s.Expires = s.seenExpiry(now)
}

// seenExpiry is what Expires becomes for a session seen now.
func (s *Snapshot) seenExpiry(now time.Time) time.Time {
	if s.Idle == 0 {
		return s.deadline()
	}
	return now.Add(s.Idle)
}

// A Handle is a session's public name: 96 random bits that stay the same over
// rotations and give no access. It may be shown to the session's owner, in a list
// of devices for instance, and written to logs.
type Handle [12]byte

func newHandle() (h Handle) {
	_, _ = rand.Read(h[:]) // never fails, see its documentation
	return h
}

// String returns the handle as 16 characters of base64url.
func (h Handle) String() string { return base64.RawURLEncoding.EncodeToString(h[:]) }

// MarshalText returns the same as String.
func (h Handle) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

var errHandle = errors.New("not a session handle")

// ParseHandle reads what Handle.String wrote. The error is for text of another
// form.
func ParseHandle(text string) (h Handle, err error) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(raw) != len(h) {
		return Handle{}, fmt.Errorf("session: parse handle: %w", errHandle)
	}
	return Handle(raw), nil
}
