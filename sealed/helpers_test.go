package sealed

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/keyring"
)

// secret returns a fixed secret, a different one for each n.
func secret(n byte) []byte {
	b := make([]byte, 32)
	for i := range b {
		b[i] = byte(i*i*7) + byte(i)*n + n*41 + byte(i>>2)*n
	}
	return b
}

func newRing(t testing.TB, secrets ...[]byte) *keyring.Ring {
	t.Helper()
	ring, err := keyring.New(secrets...)
	check(t, err)
	return ring
}

func newEngine(t testing.TB, ring *keyring.Ring, o Options) *Engine {
	t.Helper()
	return newEngineAt(t, ring, o, place{cookie: "__Host-Http-session"})
}

// A place is where tokens are good.
type place struct{ cookie, app string }

func newEngineAt(t testing.TB, ring *keyring.Ring, o Options, p place) *Engine {
	t.Helper()
	e, err := New(ring, o)
	check(t, err)
	check(t, e.Bind(session.Config{App: p.app, Cookie: session.Cookie{Name: p.cookie}}))
	return e
}

// seals returns what makes the tokens of e.
func (e *Engine) seals() sealer { return e.bound.Load().seals }

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// sample returns a session as a Manager would hand it to Keep.
func sample(e *Engine) session.Snapshot {
	now := time.UnixMilli(time.Now().UnixMilli())
	s := session.Snapshot{
		ID: e.NewID(), Handle: session.Handle{1, 2, 3}, Subject: "alice", Persistent: true,
		Created: now, Started: now, Saved: now, Expires: now.Add(time.Hour),
		Lifetime: 24 * time.Hour, Idle: time.Hour,
	}
	s.Values.Set("cart", `{"tea":2}`)
	s.Values.Set("theme", `"dark"`)
	return s
}

// both runs f for the two kinds of tokens.
func both(t *testing.T, f func(t *testing.T, o Options)) {
	for name, o := range map[string]Options{"encrypted": {}, "signed": {SignedOnly: true}} {
		t.Run(name, func(t *testing.T) { f(t, o) })
	}
}

func keep(t testing.TB, e *Engine, s session.Snapshot) (token string) {
	t.Helper()
	token, err := e.Keep(t.Context(), &session.Snapshot{}, &s, 0)
	check(t, err)
	return token
}

// text is all that can be seen of a session.
func text(s *session.Snapshot) string {
	b, _ := s.AppendBinary(nil)
	return fmt.Sprintf("%x %x moved %v renew %v", s.ID, b, s.Moved, s.Renew)
}

// refused fails the test unless e refuses token as it refuses all others.
func refused(t testing.TB, e *Engine, what, token string) {
	t.Helper()
	var s session.Snapshot
	err := e.Open(context.Background(), token, &s)
	if !errors.Is(err, session.ErrMalformed) || err.Error() != errInvalid.Error() || text(&s) != text(&session.Snapshot{}) {
		t.Errorf("%s: %v, session %s", what, err, text(&s))
	}
}
