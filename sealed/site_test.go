package sealed_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/keyring"
	"github.com/coatcheck-go/session/memstore"
	"github.com/coatcheck-go/session/sealed"
)

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func newRing(t testing.TB) *keyring.Ring {
	t.Helper()
	ring, err := keyring.New(keyring.Generate())
	check(t, err)
	return ring
}

// A site is a Manager of sealed sessions. Its sessions are opened outside of
// requests, so that a test says in which order what happens.
type site struct {
	t *testing.T
	*session.Manager
}

func newSite(t *testing.T, ring *keyring.Ring, o sealed.Options) site {
	t.Helper()
	return newSiteOf(t, session.Config{}, ring, o)
}

func newSiteOf(t *testing.T, c session.Config, ring *keyring.Ring, o sealed.Options) site {
	t.Helper()
	e, err := sealed.New(ring, o)
	check(t, err)
	c.Engine = smallCookies{e}
	m, err := session.New(c)
	check(t, err)
	return site{t, m}
}

// maxToken is what fits in these tests.
const maxToken = 1000

// smallCookies has room for maxToken bytes.
type smallCookies struct{ *sealed.Engine }

func (e smallCookies) Keep(ctx context.Context, old, s *session.Snapshot, grace time.Duration) (string, error) {
	s.MaxToken = maxToken
	return e.Engine.Keep(ctx, old, s, grace)
}

// login returns the token of a new session of subject.
func (s site) login(subject string) session.Token {
	s.t.Helper()
	ss := s.New(s.t.Context())
	check(s.t, ss.Login(subject))
	check(s.t, ss.Save())
	return ss.Token()
}

func (s site) open(token session.Token) *session.Session {
	s.t.Helper()
	ss, err := s.Open(s.t.Context(), token)
	check(s.t, err)
	return ss
}

// set changes a value and returns the token after it.
func (s site) set(token session.Token, key, value string) session.Token {
	s.t.Helper()
	ss := s.open(token)
	check(s.t, ss.Set(key, value))
	check(s.t, ss.Save())
	return ss.Token()
}

// live reports whether a token stands for a session.
func (s site) live(token session.Token) bool {
	s.t.Helper()
	live, err := s.Exists(s.t.Context(), token)
	check(s.t, err)
	return live
}

func wantValue(t *testing.T, ss *session.Session, key, want string) {
	t.Helper()
	if got, err := session.Get[string](ss, key); err != nil || got != want {
		t.Errorf("%s is %q, want %q (%v)", key, got, want, err)
	}
}

func wantSubject(t *testing.T, ss *session.Session, want string) {
	t.Helper()
	if got, err := ss.Subject(); err != nil || got != want {
		t.Errorf("subject %q, want %q (%v)", got, want, err)
	}
}

// A countingStore counts what it is asked for.
type countingStore struct {
	*memstore.Store
	loads, writes, touches atomic.Int32
}

func newCountingStore() *countingStore {
	return &countingStore{Store: memstore.New(memstore.Options{})}
}

func (c *countingStore) Load(ctx context.Context, key session.Key) (session.Record, error) {
	c.loads.Add(1)
	return c.Store.Load(ctx, key)
}

func (c *countingStore) Create(ctx context.Context, key session.Key, rec session.Record) (uint64, error) {
	c.writes.Add(1)
	return c.Store.Create(ctx, key, rec)
}

func (c *countingStore) Update(ctx context.Context, key session.Key, old, rec session.Record) (uint64, error) {
	c.writes.Add(1)
	return c.Store.Update(ctx, key, old, rec)
}

func (c *countingStore) Replace(ctx context.Context, key session.Key, old, rec session.Record, newKey session.Key, newRec session.Record) (uint64, error) {
	c.writes.Add(1)
	return c.Store.Replace(ctx, key, old, rec, newKey, newRec)
}

func (c *countingStore) Touch(ctx context.Context, key session.Key, old session.Record, expires time.Time) error {
	c.touches.Add(1)
	return c.Store.Touch(ctx, key, old, expires)
}

// wantCalls checks how many writes and touches there were, and begins anew.
func (c *countingStore) wantCalls(t *testing.T, what string, writes, touches int32) {
	t.Helper()
	if w, n := c.writes.Swap(0), c.touches.Swap(0); w != writes || n != touches {
		t.Errorf("%s: %d writes and %d touches, want %d and %d", what, w, n, writes, touches)
	}
}

// request sends a request with a token to a handler, and returns the token of the
// response's cookie, "" if it sets none, and its body.
func (s site) request(token session.Token, f func(w http.ResponseWriter, ss *session.Session)) (session.Token, string) {
	s.t.Helper()
	r := httptest.NewRequest("POST", "https://shop.test/", nil)
	if token != "" {
		r.AddCookie(&http.Cookie{Name: s.CookieName(), Value: token.Reveal()})
	}
	w := httptest.NewRecorder()
	s.Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { f(w, session.From(r)) })).ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		return session.Token(c.Value), w.Body.String()
	}
	return "", w.Body.String()
}

func isSealed(token session.Token) bool { return strings.HasPrefix(token.Reveal(), "coat2_") }
