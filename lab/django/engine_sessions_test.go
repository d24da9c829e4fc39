package django

import (
	"encoding/json"
	"maps"
	"math/big"
	"math/rand/v2"
	"reflect"
	"strconv"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
)

// count is how many random sessions go each way on each backend.
const count = 250

// key asks something about a session, and returns its key or cookie.
func (s *site) key(q question) string {
	s.t.Helper()
	var a struct{ Key string }
	s.ask(&a, q)
	return a.Key
}

// compare says how a session differs from what was remembered, "" if in nothing. With a
// mark, it must have that key besides, as 1. Without order, that of nested dicts doesn't
// matter.
func (s *site) compare(config question, key, mark string, order bool) string {
	s.t.Helper()
	var answer struct{ Error string }
	s.ask(&answer, question{"op": "compare", "config": config, "key": key, "mark": mark, "order": order})
	return answer.Error
}

// Django to Go to Django: first a value is added and the others are left alone, then all
// of them are read and set again, then the session is rotated. Django sees the same each
// time.
func TestFromDjangoAndBack(t *testing.T) {
	eachBackend(t, func(t *testing.T, s *site, config question, m *session.Manager) {
		for seed := range count {
			key := s.key(question{"op": "random", "config": config, "seed": seed})
			s.ask(&struct{}{}, question{"op": "remember", "config": config, "key": key})
			touched := change(t, m, key, func(s *session.Session) error { return s.Set("mark", 1) })
			if diff := s.compare(config, touched, "mark", true); diff != "" {
				t.Fatalf("seed %d, one value added: %s", seed, diff)
			}
			rewritten := change(t, m, touched, setAgain)
			if diff := s.compare(config, rewritten, "mark", false); diff != "" {
				t.Fatalf("seed %d, all values set again: %s", seed, diff)
			}
			if seed%10 > 0 {
				continue
			}
			rotated := change(t, m, rewritten, (*session.Session).Rotate)
			if diff := s.compare(config, rotated, "mark", false); diff != "" {
				t.Fatalf("seed %d, rotated: %s", seed, diff)
			}
			if s.key(question{"op": "exists", "config": config, "key": rewritten}) != "" {
				t.Fatalf("seed %d: the old key leads on", seed)
			}
		}
	})
}

func setAgain(s *session.Session) error {
	items, err := s.Items()
	if err != nil {
		return err
	}
	delete(items, "_flashes") // messages go a way of their own
	return s.SetAll(items)
}

// change returns the key of a session after act.
func change(t *testing.T, m *session.Manager, key string, act func(*session.Session) error) string {
	t.Helper()
	s, err := m.Open(t.Context(), session.Token(key))
	check(t, err)
	check(t, act(s))
	check(t, s.Save())
	return s.Token().Reveal()
}

// Go to Django to Go: what comes back is what was set.
func TestToDjangoAndBack(t *testing.T) {
	eachBackend(t, func(t *testing.T, s *site, config question, m *session.Manager) {
		for seed := range count {
			r := rand.New(rand.NewPCG(uint64(seed), 0))
			values := dict(r, 3)
			values["always"] = value(r, 2)
			mine := m.New(t.Context())
			check(t, mine.SetAll(values))
			check(t, mine.Save())
			back, err := m.Open(t.Context(), session.Token(s.key(question{"op": "again", "config": config, "key": mine.Token().Reveal()})))
			check(t, err)
			items, err := back.Items()
			check(t, err)
			if !reflect.DeepEqual(items, values) {
				t.Fatalf("seed %d: %#v\nbecame %#v", seed, values, items)
			}
		}
	})
}

// The values are random, and of the types that they have when they are read.

func value(r *rand.Rand, depth int) any {
	if depth > 0 && r.IntN(2) == 0 {
		if r.IntN(2) == 0 {
			return dict(r, depth-1)
		}
		all := make([]any, r.IntN(5))
		for i := range all {
			all[i] = value(r, depth-1)
		}
		return all
	}
	return scalars[r.IntN(len(scalars))](r)
}

func dict(r *rand.Rand, depth int) map[string]any {
	all := map[string]any{}
	for range r.IntN(5) {
		all["k"+text(r)] = value(r, depth)
	}
	return all
}

var scalars = []func(r *rand.Rand) any{
	func(*rand.Rand) any { return nil },
	func(r *rand.Rand) any { return r.IntN(2) == 0 },
	func(r *rand.Rand) any { return text(r) },
	func(r *rand.Rand) any { return json.Number(strconv.FormatInt(r.Int64()>>r.IntN(64), 10)) },
	func(r *rand.Rand) any {
		return json.Number(new(big.Int).Lsh(big.NewInt(-r.Int64()-1), uint(r.IntN(200))).String())
	},
	func(r *rand.Rand) any { return json.Number(strconv.Itoa(r.IntN(2000)-1000) + ".5") },
	func(r *rand.Rand) any {
		return json.Number([]string{"NaN", "Infinity", "-Infinity", "-0.0", "1e-07", "1e+100"}[r.IntN(6)])
	},
}

// ranges of characters: printable, control, accents, Cyrillic, the end of the
// basic plane, all beyond it.
var ranges = [][2]int{{32, 127}, {0, 32}, {127, 256}, {0x400, 0x500}, {0xe000, 0x10000}, {0x10000, 0x110000}}

func text(r *rand.Rand) string {
	in := ranges[r.IntN(len(ranges))]
	s := make([]rune, []int{0, 1, 3, 20}[r.IntN(4)])
	for i := range s {
		s[i] = rune(in[0] + r.IntN(in[1]-in[0])) //nolint:gosec // a rune by its range
	}
	return string(s)
}

// An end is when a session ends, in the eyes of either side.
type end struct {
	Key     string
	Age     float64
	Browser bool
}

func (s *site) end(q question) (e end) {
	s.t.Helper()
	q["op"] = "expiry"
	s.ask(&e, q)
	return e
}

func goEnd(t *testing.T, m *session.Manager, key string) end {
	t.Helper()
	s, err := m.Open(t.Context(), session.Token(key))
	check(t, err)
	age, err := s.ExpiryAge()
	check(t, err)
	browser, err := s.ExpiresAtBrowserClose()
	check(t, err)
	return end{key, age.Seconds(), browser}
}

func (e end) near(seconds float64, browser bool) bool {
	return e.Browser == browser && e.Age > seconds-20 && e.Age < seconds+1
}

const twoWeeks = 14 * 24 * 3600

// The forms of set_expiry, set by either side, and read by both.
func TestExpiry(t *testing.T) {
	forms := []struct {
		django  []any // None, a number, or a time so many seconds from now
		ours    func(*session.Session) error
		age     float64
		browser bool
	}{
		{[]any{"plain", 3600}, func(s *session.Session) error { return s.ExpireAfter(time.Hour) }, 3600, false},
		{[]any{"plain", 0}, (*session.Session).ExpireAtBrowserClose, twoWeeks, true},
		{[]any{"time", 7200}, func(s *session.Session) error { return s.ExpireAt(time.Now().Add(2 * time.Hour)) }, 7200, false},
		{[]any{"time", 5000000}, func(s *session.Session) error { return s.ExpireAt(time.Now().Add(5000000 * time.Second)) }, 5000000, false},
		{[]any{"plain", nil}, (*session.Session).ExpireDefault, twoWeeks, false},
	}
	eachBackend(t, func(t *testing.T, s *site, config question, m *session.Manager) {
		config = maps.Clone(config)
		mine := m.New(t.Context())
		check(t, mine.Set("a", 1))
		check(t, mine.Save())
		key := mine.Token().Reveal()
		for _, f := range forms {
			if s.old && f.django[0] == "time" {
				continue // it can't: its JSON has no times
			}
			key = change(t, m, key, f.ours)
			if e := s.end(question{"config": config, "key": key}); !e.near(f.age, f.browser) || !goEnd(t, m, key).near(f.age, f.browser) {
				t.Errorf("%v by Go: Django says %+v, Go %+v", f.django, e, goEnd(t, m, key))
			}
			set := s.end(question{"config": config, "key": key, "form": f.django})
			if e := goEnd(t, m, set.Key); !e.near(f.age, f.browser) {
				t.Errorf("%v by Django: %+v, Go says %+v", f.django, set, e)
			}
			key = change(t, m, set.Key, func(s *session.Session) error { return s.Set("b", 1) })
			if e := s.end(question{"config": config, "key": key}); !e.near(f.age, f.browser) {
				t.Errorf("%v by Django, and a value by Go: %+v", f.django, e)
			}
		}
	})
}
