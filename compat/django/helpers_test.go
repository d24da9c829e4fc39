package django

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/kv/memkv"
)

const testKey = "test-secret-key-0123456789"

// captured is the clock of the captured texts.
var captured = time.Unix(1700000000, 0).UTC()

func must[T any](tb testing.TB) func(T, error) T {
	return func(v T, err error) T {
		tb.Helper()
		if err != nil {
			tb.Fatal(err)
		}
		return v
	}
}

func check(tb testing.TB, errs ...error) {
	tb.Helper()
	if err := errors.Join(errs...); err != nil {
		tb.Fatal(err)
	}
}

func wantErr(tb testing.TB, what string, err, want error) {
	tb.Helper()
	if !errors.Is(err, want) {
		tb.Errorf("%s: %v, want %v", what, err, want)
	}
}

func newEngine(tb testing.TB, o Options) *Engine {
	tb.Helper()
	if o.SecretKeys == nil {
		o.SecretKeys = []string{testKey}
	}
	return must[*Engine](tb)(New(o))
}

func newManager(tb testing.TB, o Options) *session.Manager {
	tb.Helper()
	return must[*session.Manager](tb)(session.New(newEngine(tb, o).Config(session.Config{})))
}

// passwords are those of users, by their IDs.
type passwords map[string]string

func (p passwords) get(_ context.Context, id string) (string, error) {
	encoded, ok := p[id]
	if !ok {
		return "", session.ErrNotFound
	}
	if encoded == "down" {
		return "", errDown
	}
	return encoded, nil
}

var errDown = errors.New("down")

// A db is a site whose sessions are signed text in a store.
type db struct {
	tb testing.TB
	e  *Engine
	m  *session.Manager
	kv *spyStore
}

func newDB(tb testing.TB, o Options) *db {
	tb.Helper()
	d := &db{tb: tb, kv: newSpy()}
	o.Backend = d.kv
	if o.SecretKeys == nil {
		o.SecretKeys = []string{testKey}
	}
	d.e = newEngine(tb, o)
	d.m = must[*session.Manager](tb)(session.New(d.e.Config(session.Config{})))
	return d
}

// put stores a session as Django would and returns its key.
func (d *db) put(json string) string {
	d.tb.Helper()
	key := d.e.NewID()
	d.set(key, json)
	return key
}

// set writes over whatever is under key.
func (d *db) set(key, json string) {
	d.tb.Helper()
	stored := json
	if d.e.form.signer != nil {
		stored = d.e.form.seal([]byte(json), time.Now())
	}
	check(d.tb, d.kv.Delete(d.tb.Context(), key), d.kv.Add(d.tb.Context(), key, stored, time.Hour))
}

// dict returns the JSON of what is stored under key, "" for nothing.
func (d *db) dict(key string) string {
	d.tb.Helper()
	stored, err := d.kv.Get(d.tb.Context(), key)
	if errors.Is(err, session.ErrNotFound) {
		return ""
	}
	check(d.tb, err)
	entries, _, err := d.e.form.read(stored)
	check(d.tb, err)
	return string(must[[]byte](d.tb)(appendJSON(nil, entries)))
}

func (d *db) open(key string) *session.Session {
	d.tb.Helper()
	return must[*session.Session](d.tb)(d.m.Open(d.tb.Context(), session.Token(key)))
}

// do changes the session under key, saves it and returns the key that it then has.
func (d *db) do(key string, act func(s *session.Session) error) string {
	d.tb.Helper()
	s := d.open(key)
	check(d.tb, act(s), s.Save())
	return s.Token().Reveal()
}

// visit runs a page for a visitor with a cookie.
func (d *db) visit(key string, page func(w http.ResponseWriter, s *session.Session)) *http.Response {
	r := httptest.NewRequestWithContext(d.tb.Context(), http.MethodGet, "/", nil)
	if key != "" {
		r.Header.Set("Cookie", "sessionid="+key)
	}
	w := httptest.NewRecorder()
	d.m.Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { page(w, session.From(r)) })).ServeHTTP(w, r)
	return w.Result()
}

var captures = []string{"testdata/django-3.2.txt", "testdata/django-5.2.txt"}

// vector returns what a capture has after a name.
func vector(tb testing.TB, file, name string) string {
	tb.Helper()
	for line := range strings.Lines(string(must[[]byte](tb)(os.ReadFile(file)))) {
		if text, ok := strings.CutPrefix(line, name+" "); ok {
			return strings.TrimSuffix(text, "\n")
		}
	}
	tb.Fatalf("%s: no %q", file, name)
	return ""
}

// A spyStore knows which keys there ever were. Something may happen before a Swap.
type spyStore struct {
	*memkv.Store
	added      map[string]bool
	beforeSwap func()
}

func newSpy() *spyStore {
	return &spyStore{Store: memkv.New(), added: map[string]bool{}, beforeSwap: func() {}}
}

func (s *spyStore) Add(ctx context.Context, key, value string, ttl time.Duration) error {
	s.added[key] = true
	return s.Store.Add(ctx, key, value, ttl)
}

func (s *spyStore) Swap(ctx context.Context, key, old, value string, ttl time.Duration) error {
	s.beforeSwap()
	return s.Store.Swap(ctx, key, old, value, ttl)
}

// live counts the sessions there are.
func (s *spyStore) live(ctx context.Context) (n int) {
	for key := range s.added {
		if _, err := s.Get(ctx, key); err == nil {
			n++
		}
	}
	return n
}
