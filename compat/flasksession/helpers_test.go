package flasksession

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/compat/internal/pickle"
	"github.com/coatcheck-go/session/compat/python"
	"github.com/coatcheck-go/session/kv"
	"github.com/coatcheck-go/session/kv/memkv"
)

// dictOf makes a dict of keys and values in turn.
func dictOf(items ...any) *python.Dict {
	d := &python.Dict{}
	for i := 0; i < len(items); i += 2 {
		d.Set(items[i], items[i+1])
	}
	return d
}

const (
	sid = "Wp7Jc_ltnAKqkKrVaWDGgc8ybgrDnuAvXWHnQg1Io7E"
	key = "session:" + sid
)

func newEngine(t *testing.T, o Options) *Engine {
	t.Helper()
	e, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func newManager(t *testing.T, o Options) *session.Manager {
	t.Helper()
	m, err := session.New(newEngine(t, o).Config(session.Config{InsecureAllowCrossOrigin: true}))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// put stores a session as a Flask peer would, without a condition.
func put(t *testing.T, s kv.Store, key, value string) {
	t.Helper()
	if err := errors.Join(s.Delete(t.Context(), key), s.Add(t.Context(), key, value, time.Hour)); err != nil {
		t.Fatal(err)
	}
}

func stored(t *testing.T, s kv.Store, key string) string {
	t.Helper()
	value, err := s.Get(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// dict is what is stored under key.
func dict(t *testing.T, s kv.Store, key string) *python.Dict {
	t.Helper()
	d, err := decode([]byte(stored(t, s, key)))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func pickled(t *testing.T, v any, protocol int) string {
	t.Helper()
	b, err := pickle.Append(nil, v, protocol)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func open(t *testing.T, m *session.Manager, token string) *session.Session {
	t.Helper()
	s, err := m.Open(t.Context(), session.Token(token))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func must(t *testing.T, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

// request lets handler answer one request with the cookie, which may be empty.
func request(t *testing.T, m *session.Manager, cookie string, handler func(*session.Session)) *http.Response {
	t.Helper()
	w := httptest.NewRecorder()
	r := httptest.NewRequestWithContext(context.WithoutCancel(t.Context()), "GET", "/", nil)
	if cookie != "" {
		r.Header.Set("Cookie", "session="+cookie)
	}
	m.Wrap(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { handler(m.From(r)) })).ServeHTTP(w, r)
	return w.Result()
}

// spy is a kv.Store that calls before before each Swap.
type spy struct {
	*memkv.Store

	before func()
}

func (s *spy) Swap(ctx context.Context, key, old, value string, ttl time.Duration) error {
	if before := s.before; before != nil {
		s.before = nil
		before()
	}
	return s.Store.Swap(ctx, key, old, value, ttl)
}
