package sealed

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/keyring"
)

// An Engine is a [session.Engine] whose tokens hold the session. Make it with [New].
// It is safe for concurrent use and prints as "(hidden)".
type Engine struct {
	ring  *keyring.Ring
	seals sealer

	server     *session.ServerEngine // of the records, nil if there are none
	listed     *session.ServerEngine // the same, for the Manager's lists
	fresh      bool                  // every session has a record
	overflow   bool                  // those that are too large have one
	touchEvery time.Duration
}

var (
	_ session.Recorder = (*Engine)(nil)
	_ session.Reopener = (*Engine)(nil)
)

// errInvalid is for all that is no token of ours, and never says why.
var errInvalid = fmt.Errorf("sealed: token can't be opened: %w", session.ErrNotFound)

var (
	errMoved       = fmt.Errorf("sealed: the token was rotated by another request: %w", session.ErrEnded)
	errSealedAgain = fmt.Errorf("sealed: the session is in a newer cookie: %w", session.ErrEnded)
)

// recorded is the State of a session that has a record, as it was opened or kept.
var recorded any = "recorded"

// idSize is that of an ID without a record.
const idSize = 16

// NewID returns a fresh secret: 128 random bits, or with records the name of one,
// of 256 random bits.
func (e *Engine) NewID() string {
	if e.server != nil {
		return e.server.NewID()
	}
	var id [idSize]byte
	_, _ = rand.Read(id[:]) // never fails, see its documentation
	return string(id[:])
}

// ClientSide returns true.
func (e *Engine) ClientSide() bool { return true }

// Records returns the engine of the records, nil without [Options.Records].
func (e *Engine) Records() *session.ServerEngine { return e.listed }

// Touch returns errors.ErrUnsupported: the new time needs a new token, see
// [session.Engine].
func (e *Engine) Touch(context.Context, *session.Snapshot, time.Time) error {
	return fmt.Errorf("sealed: touch: %w", errors.ErrUnsupported)
}

// Open implements [session.Engine]: without I/O, or with records by one Load, and one
// more for each rotation that a late token has to follow. Whatever is wrong with a
// token, the error is the same.
func (e *Engine) Open(ctx context.Context, token string, s *session.Snapshot) error {
	return e.open(ctx, token, s, false)
}

// Reopen implements [session.Reopener]: a session that became too large meanwhile is
// read from its record.
func (e *Engine) Reopen(ctx context.Context, token string, s *session.Snapshot) error {
	return e.open(ctx, token, s, true)
}

func (e *Engine) open(ctx context.Context, token string, s *session.Snapshot, last bool) error {
	if e.overflow && !hasForm(token) {
		return e.openStored(ctx, token, s)
	}
	if err := e.unseal(token, s); err != nil {
		return err
	}
	if e.fresh || e.overflow && last {
		return e.openRecord(ctx, s, last)
	}
	return nil
}

// openStored opens a session by the token of its record.
func (e *Engine) openStored(ctx context.Context, token string, s *session.Snapshot) error {
	err := e.server.Open(ctx, token, s)
	s.State = recorded
	if err == nil && s.Values.Len() == 0 {
		return errSealedAgain // without values it is never in the store
	}
	return err
}

// openRecord puts into s, which was just unsealed, what its record says. Where last is
// true the values are the record's as well, if it has any.
func (e *Engine) openRecord(ctx context.Context, s *session.Snapshot, last bool) error {
	sealed := *s
	err := e.server.Open(ctx, sealed.ID, s)
	switch {
	case !e.fresh && errors.Is(err, session.ErrNotFound):
		*s = sealed // it was never too large
		return nil
	case err != nil:
		return err
	}
	s.State = recorded
	switch {
	case last && s.Values.Len() > 0:
		return nil
	case !e.fresh: // the record is an emptied one
		return s.UnmarshalBinary(appendSealable(nil, &sealed))
	}
	s.Values, s.Renew = sealed.Values, sealed.Renew
	return nil
}

// Keep implements [session.Engine]. With records it makes one write when something
// changed that they hold, and else one Load, which makes sure that nothing is sealed
// for a session that was ended or rotated.
func (e *Engine) Keep(ctx context.Context, old, s *session.Snapshot, grace time.Duration) (string, error) {
	if old.Moved && s.ID == old.ID {
		return "", errMoved // the newer cookie must not be replaced
	}
	token, err := e.seal(s)
	if err != nil {
		return "", err
	}
	tooLarge := s.CheckToken(len(token))
	switch {
	case tooLarge == nil && e.fresh:
		return token, e.keepRecord(ctx, old, s, grace)
	case tooLarge == nil:
		return token, e.leaveStore(ctx, old, s)
	case e.overflow && s.Values.Len() > 0:
		return e.store(ctx, old, s, grace)
	}
	return "", tooLarge
}

// keepRecord writes all but the values. A record of which nothing changed but when the
// visitor was seen stays as it is, for a while: quietStore sees to that.
func (e *Engine) keepRecord(ctx context.Context, old, s *session.Snapshot, grace time.Duration) error {
	values := s.Values
	s.Values = session.Values{}
	defer func() { s.Values = values }()
	if e.unchanged(old, s) {
		s.Saved, s.Expires = old.Saved, old.Expires
	} else if s.ID == old.ID && sameRecord(old, s) {
		s.Saved = old.Saved
	}
	_, err := e.server.Keep(ctx, old, s, grace)
	if err == nil {
		s.State = recorded
	}
	return err
}

// unchanged reports whether the record of old can stay for s.
func (e *Engine) unchanged(old, s *session.Snapshot) bool {
	lag := s.Expires.Sub(old.Expires)
	every := e.touchEvery
	if every == 0 {
		every = min(s.Idle/10, maxTouchEvery)
	}
	return s.ID == old.ID && sameRecord(old, s) && lag < max(every, time.Millisecond)
}

// sameRecord reports whether a and b differ in nothing but their values and when the
// visitor was seen.
func sameRecord(a, b *session.Snapshot) bool {
	return withoutTimes(*a) == withoutTimes(*b)
}

func withoutTimes(s session.Snapshot) string {
	s.Saved, s.Expires, s.Values = time.Time{}, time.Time{}, session.Values{}
	b, _ := s.AppendBinary(nil) // the error is always nil
	return string(b)
}

// store keeps a session that is too large whole, and returns its record's token.
func (e *Engine) store(ctx context.Context, old, s *session.Snapshot, grace time.Duration) (string, error) {
	if old.State != recorded {
		old = &session.Snapshot{}
	}
	token, err := e.server.Keep(ctx, old, s, grace)
	if err == nil {
		s.State = recorded
	}
	return token, err
}

// lateRequests is how long the record of a session that fits again tells requests
// which were sent before that the session is elsewhere. Were it gone at once, they
// would begin a new session and replace the cookie by it.
const lateRequests = time.Minute

// leaveStore empties the record of old, if it has one, for s fits in a token.
func (e *Engine) leaveStore(ctx context.Context, old, s *session.Snapshot) error {
	if old.State != recorded {
		return nil
	}
	empty := *old
	empty.Values, empty.Expires = session.Values{}, time.Now().Add(lateRequests)
	_, err := e.server.Keep(ctx, old, &empty, 0)
	s.State = nil
	return err
}

// Drop implements [session.Engine]. Without [Options.Records] there is nothing to be
// ended but what is in Overflow: a copy of the token stays good.
func (e *Engine) Drop(ctx context.Context, s *session.Snapshot) error {
	if s.State != recorded {
		return nil
	}
	return e.server.Drop(ctx, s)
}

// hidden is what an engine prints as: it holds keys.
const hidden = "(hidden)"

func (*Engine) Format(f fmt.State, _ rune)   { _, _ = f.Write([]byte(hidden)) }
func (*Engine) MarshalText() ([]byte, error) { return []byte(hidden), nil }
