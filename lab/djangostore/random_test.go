package djangostore

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/compat/django"
	"github.com/coatcheck-go/session/kv"
	"github.com/coatcheck-go/session/lab/internal/random"
)

// countVariable says how many random sessions go each way on each engine and server, 40
// if it isn't set.
const countVariable = "COATCHECK_DJANGO_SESSIONS"

// chunk is how many sessions Django is asked for at a time.
const chunk = 100

// chunks runs the test on each pair, cookies included, with as many seeds as were asked
// for.
func chunks(t *testing.T, test func(t *testing.T, p pair, m *session.Manager, seeds []int)) {
	count := 40
	if text := os.Getenv(countVariable); text != "" {
		var err error
		count, err = strconv.Atoi(text)
		check(t, err)
	}
	eachPair(t, append([]kind{cookies}, kinds...), func(t *testing.T, p pair) {
		m := p.manager(t)
		for from := 0; from < count && !t.Failed(); from += chunk {
			seeds := make([]int, min(chunk, count-from))
			for i := range seeds {
				seeds[i] = from + i
			}
			test(t, p, m, seeds)
		}
	})
}

// manager is Go's for the site of p.
func (p pair) manager(t *testing.T) *session.Manager {
	t.Helper()
	o := django.Options{Backend: p.store, Django3: p.old}
	if p.kind.engine == "cache" {
		o.Serializer = p.kind.serializer()
	}
	site, err := django.FromSettings(map[string]any{
		"SECRET_KEY": secretKey, "SESSION_ENGINE": "django.contrib.sessions.backends." + p.kind.engine,
	}, o)
	check(t, err)
	m, err := session.New(site.Config)
	check(t, err)
	return m
}

// shown is what Django says of a session.
type shown struct {
	Key     string
	Dict    string // all of it; two that are equal are equal in types and order, too
	Loose   string // the same without the order of nested dicts, which Go's maps have not
	Values  string // as told
	Expiry  string // _session_expiry
	Age     float64
	Browser bool

	Spelling string // "same": the text is the one that Django itself would store
}

// all asks Django about several sessions.
func (p pair) all(t *testing.T, op string, seeds []int, keys []string) (all []shown) {
	t.Helper()
	p.app.ask(&all, op, map[string]any{"kind": p.app.kind, "seeds": seeds, "keys": keys})
	return all
}

// agree checks what Go has under a key against what Django says.
func (p pair) agree(t *testing.T, m *session.Manager, key string, d shown) {
	t.Helper()
	s, err := m.Open(t.Context(), session.Token(key))
	check(t, err)
	items, err := s.Items()
	check(t, err)
	delete(items, "rich") // it comes in JSON, which tells less
	delete(items, "_flashes")
	if got := told(items); got != d.Values {
		t.Errorf("Go reads %.300s\nDjango %.300s", got, d.Values)
	}
	age, errAge := s.ExpiryAge()
	browser, errBrowser := s.ExpiresAtBrowserClose()
	check(t, errAge, errBrowser)
	if !near(age, d.Age) || browser != d.Browser {
		t.Errorf("Go says that it ends in %v, with the browser %v; Django in %v s, %v", age, browser, d.Age, d.Browser)
	}
	if p.store == nil {
		return
	}
	_, until, err := kv.GetUntil(t.Context(), p.store, key)
	if check(t, err); !until.IsZero() && !near(time.Until(until), d.Age) {
		t.Errorf("it is stored for %v, and ends in %v s", time.Until(until), d.Age)
	}
}

// near allows for the time that the test takes.
func near(age time.Duration, seconds float64) bool {
	off := age.Seconds() - seconds
	return -60 < off && off < 60
}

// told says what a value of JSON is, as peer.py does.
func told(v any) string {
	var parts []string
	switch v := v.(type) {
	case string:
		return fmt.Sprintf("'%x'", v)
	case []any:
		for _, x := range v {
			parts = append(parts, told(x))
		}
		return "[" + strings.Join(parts, ",") + "]"
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			parts = append(parts, told(key)+":"+told(v[key]))
		}
		return "{" + strings.Join(parts, ",") + "}"
	}
	return fmt.Sprint(v)
}

// changes are what Go does to a session of Django's, in turns.
var changes = []func(s *session.Session) error{
	func(*session.Session) error { return nil },
	setAgain,
	(*session.Session).Rotate,
}

func setAgain(s *session.Session) error {
	items, err := s.Items()
	if err != nil {
		return err
	}
	delete(items, "rich")
	delete(items, "_flashes")
	return s.SetAll(items)
}

// change returns the key of a session after act and one value more.
func change(t *testing.T, m *session.Manager, key string, act func(*session.Session) error) string {
	t.Helper()
	s, err := m.Open(t.Context(), session.Token(key))
	check(t, err, s.Set("mark", 1), act(s), s.Save())
	return s.Token().Reveal()
}

// marked is a session with the value that change adds.
func (d shown) marked(dict string) string {
	mark := "'mark':int1}"
	if d.Values == "{}" && dict == "{}" {
		return "{" + mark
	}
	return strings.TrimSuffix(dict, "}") + "," + mark
}

// Django to Go to Django: Go reads what Django stored. It adds a value, leaves the others
// alone, sets them again or rotates the session; and Django sees the same as before, with
// that value, and the same expiry.
func TestFromDjango(t *testing.T) {
	chunks(t, func(t *testing.T, p pair, m *session.Manager, seeds []int) {
		before := p.all(t, "fill_all", seeds, nil)
		var keys, old []string
		for i, d := range before {
			p.agree(t, m, d.Key, d)
			keys = append(keys, change(t, m, d.Key, changes[i%len(changes)]))
			if keys[i] != d.Key {
				old = append(old, d.Key)
			}
		}
		for i, d := range p.all(t, "show_all", nil, keys) {
			was := before[i]
			if d.Loose != was.marked(was.Loose) || i%len(changes) == 0 && d.Dict != was.marked(was.Dict) {
				t.Errorf("seed %d: %.300s\nbecame %.300s", seeds[i], was.Dict, d.Dict)
			}
			if d.Expiry != was.Expiry || d.Spelling == "other" || d.Key != keys[i] {
				t.Errorf("seed %d: expiry %q became %q, spelling %q", seeds[i], was.Expiry, d.Expiry, d.Spelling)
			}
		}
		for _, d := range p.all(t, "show_all", nil, old) {
			if d.Key != "" && p.store != nil {
				t.Error("the key leads on after the session was rotated")
			}
		}
	})
}

// Go to Django to Go: Django reads what Go stored, with the same expiry, and its bytes are
// Django's own where there is one spelling. Then Django changes it, and Go reads that.
func TestToDjango(t *testing.T) {
	chunks(t, func(t *testing.T, p pair, m *session.Manager, seeds []int) {
		var keys, values, expiries []string
		for _, seed := range seeds {
			r := rand.New(rand.NewPCG(uint64(seed), 0))
			all := p.values(t, r)
			s := m.New(t.Context())
			expiry := p.expire(t, r, s)
			check(t, s.SetAll(all), s.Save())
			keys, values, expiries = append(keys, s.Token().Reveal()), append(values, told(all)), append(expiries, expiry)
		}
		for i, d := range p.all(t, "show_all", nil, keys) {
			if d.Values != values[i] || d.Expiry != expiries[i] || d.Spelling == "other" {
				t.Errorf("seed %d, expiry %q: %.300s\nbecame %.900v", seeds[i], expiries[i], values[i], d)
			}
			p.agree(t, m, keys[i], d)
		}
		for _, d := range p.all(t, "change_all", seeds, keys) {
			p.agree(t, m, d.Key, d)
		}
	})
}

// values are those of a session, as many as it has room for.
func (p pair) values(t *testing.T, r *rand.Rand) map[string]any {
	t.Helper()
	for {
		all := random.Dict(r, 3)
		all["always"] = random.Value(r, 2)
		text, err := django.Codec{}.Marshal(all)
		if check(t, err); p.store != nil || len(text) < 2000 {
			return all
		}
	}
}

// expire sets an expiry in one of the forms, and returns what Django should have of it.
func (p pair) expire(t *testing.T, r *rand.Rand, s *session.Session) string {
	t.Helper()
	forms := 5
	if p.old && (p.kind.engine != "cache" || p.kind.json) {
		forms = 3 // Django 3.2 has no times in JSON
	}
	seconds := 60 + r.IntN(1e7)
	at := time.Now().UTC().Add(time.Duration(seconds)*time.Second + time.Duration(r.IntN(1e9))).Truncate(time.Microsecond)
	switch r.IntN(forms) {
	case 0:
		return "None"
	case 1:
		check(t, s.ExpireAtBrowserClose())
		return "0"
	case 2:
		check(t, s.ExpireAfter(time.Duration(seconds)*time.Second))
		return strconv.Itoa(seconds)
	case 3:
		at = at.Truncate(time.Second)
	}
	check(t, s.ExpireAt(at))
	if at.Nanosecond() == 0 {
		return at.Format("2006-01-02T15:04:05+00:00")
	}
	return at.Format("2006-01-02T15:04:05.000000+00:00")
}
