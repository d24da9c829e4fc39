package sealed

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/keyring"
)

// A worker is an Engine with the settings of its Manager.
type worker struct {
	settings
	ring  *keyring.Ring
	seals sealer

	server   *session.ServerEngine // of the records, nil if there are none
	listed   *session.ServerEngine // the same, for the Manager's lists
	fresh    bool                  // every session has a record
	overflow bool                  // those that are too large have one
}

var (
	errMoved       = fmt.Errorf("sealed: the token was rotated by another request: %w", session.ErrEnded)
	errSealedAgain = fmt.Errorf("sealed: the session is in a newer cookie: %w", session.ErrEnded)
)

// recorded is the State of a session that has a record, as it was opened or kept.
var recorded any = "recorded"

func (w *worker) open(ctx context.Context, token string, s *session.Snapshot, last bool) error {
	if w.overflow && !hasForm(token) {
		return w.openStored(ctx, token, s)
	}
	if err := w.unseal(token, s); err != nil {
		return err
	}
	if w.fresh || w.overflow && last {
		return w.openRecord(ctx, s, last)
	}
	return nil
}

// openStored opens a session by the token of its record.
func (w *worker) openStored(ctx context.Context, token string, s *session.Snapshot) error {
	err := w.server.Open(ctx, token, s)
	s.State = recorded
	if err == nil && s.Values.Len() == 0 {
		return errSealedAgain // without values it is never in the store
	}
	return err
}

// openRecord puts into s, which was just unsealed, what its record says. Where last is
// true the values are the record's as well, if it has any.
func (w *worker) openRecord(ctx context.Context, s *session.Snapshot, last bool) error {
	sealed := *s
	err := w.server.Open(ctx, sealed.ID, s)
	switch {
	case !w.fresh && errors.Is(err, session.ErrNotFound):
		*s = sealed // it was never too large
		return nil
	case err != nil:
		return err
	}
	s.State = recorded
	switch {
	case last && s.Values.Len() > 0:
		return nil
	case !w.fresh: // the record is an emptied one
		return s.UnmarshalBinary(appendSealable(nil, &sealed))
	}
	s.Values, s.Renew = sealed.Values, sealed.Renew
	return nil
}

func (w *worker) keep(ctx context.Context, old, s *session.Snapshot, grace time.Duration) (string, error) {
	if old.Moved && s.ID == old.ID {
		return "", errMoved // the newer cookie must not be replaced
	}
	token, err := w.seal(s)
	if err != nil {
		return "", err
	}
	tooLarge := s.CheckToken(len(token))
	switch {
	case tooLarge == nil && w.fresh:
		return token, w.keepRecord(ctx, old, s, grace)
	case tooLarge == nil:
		return token, w.leaveStore(ctx, old, s)
	case w.overflow && s.Values.Len() > 0:
		return w.store(ctx, old, s, grace)
	}
	return "", tooLarge
}

// keepRecord writes all but the values. A record of which nothing changed but when the
// visitor was seen stays as it is, for a while: quietStore sees to that.
func (w *worker) keepRecord(ctx context.Context, old, s *session.Snapshot, grace time.Duration) error {
	values := s.Values
	s.Values = session.Values{}
	defer func() { s.Values = values }()
	if w.unchanged(old, s) {
		s.Saved, s.Expires = old.Saved, old.Expires
	} else if s.ID == old.ID && sameRecord(old, s) {
		s.Saved = old.Saved
	}
	_, err := w.server.Keep(ctx, old, s, grace)
	if err == nil {
		s.State = recorded
	}
	return err
}

// maxTouchEvery is as in Config.TouchEvery.
const maxTouchEvery = 5 * time.Minute

// unchanged reports whether the record of old can stay for s.
func (w *worker) unchanged(old, s *session.Snapshot) bool {
	lag := s.Expires.Sub(old.Expires)
	every := min(w.touchEvery, s.Idle/2)
	if w.touchEvery == 0 {
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
func (w *worker) store(ctx context.Context, old, s *session.Snapshot, grace time.Duration) (string, error) {
	if old.State != recorded {
		old = &session.Snapshot{}
	}
	token, err := w.server.Keep(ctx, old, s, grace)
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
func (w *worker) leaveStore(ctx context.Context, old, s *session.Snapshot) error {
	if old.State != recorded {
		return nil
	}
	empty := *old
	empty.Values, empty.Expires = session.Values{}, time.Now().Add(lateRequests)
	_, err := w.server.Keep(ctx, old, &empty, 0)
	s.State = nil
	return err
}
