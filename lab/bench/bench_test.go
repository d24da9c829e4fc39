package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/memstore"
)

// What is measured is only worth comparing if everybody does it.

// running has the servers of all tests.
var running farm

func TestMain(m *testing.M) {
	register()
	code := m.Run()
	if err := running.close(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func openSite(t *testing.T, st *stack, data []entry) *site {
	t.Helper()
	s, err := st.open(options{dir: t.TempDir(), farm: &running, data: data})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// newCookie saves a session and returns its cookie.
func newCookie(t *testing.T, s *site) string {
	t.Helper()
	cookie, err := s.newSession()
	if err != nil || cookie == "" {
		t.Fatalf("no session: cookie %q, error %v", cookie, err)
	}
	return cookie
}

func visit(t *testing.T, v visitor) {
	t.Helper()
	if !v.visit() {
		t.Fatal("the handler failed")
	}
}

// forEachLibrary runs test on every stack that keeps sessions, with both sizes
// of data.
func forEachLibrary(t *testing.T, test func(t *testing.T, st *stack, data []entry)) {
	for _, st := range libraries() {
		t.Run(st.name, func(t *testing.T) {
			t.Run("small", func(t *testing.T) { test(t, st, small) })
			t.Run("large", func(t *testing.T) { test(t, st, large) })
		})
	}
}

func TestDataSizes(t *testing.T) {
	for want, data := range map[int][]entry{143: small, 500: medium, 2048: large} {
		text, err := json.Marshal(asMap(data))
		if err != nil || len(text) != want {
			t.Errorf("%d bytes, want %d (%v): %s", len(text), want, err, text)
		}
	}
}

func TestReadReadsTheRightValue(t *testing.T) {
	forEachLibrary(t, func(t *testing.T, st *stack, data []entry) {
		s := openSite(t, st, data)
		v := s.visitor(actRead, newCookie(t, s))
		visit(t, v)
		visit(t, v)
		if len(v.setCookies()) > 0 && st.name != "scs, memory, idle timeout" {
			t.Errorf("reading sent a cookie: %q", v.setCookies())
		}
	})
}

func TestReadNoticesAWrongValue(t *testing.T) {
	forEachLibrary(t, func(t *testing.T, st *stack, _ []entry) {
		s := openSite(t, st, []entry{{nameKey, "mallory@example.com"}})
		if s.visitor(actRead, newCookie(t, s)).visit() {
			t.Error("the handler took another's name for the right one")
		}
	})
}

func TestWriteIsReadBack(t *testing.T) {
	forEachLibrary(t, func(t *testing.T, st *stack, data []entry) {
		s := openSite(t, st, data)
		cookie := newCookie(t, s)
		for _, want := range []string{"pale", "dark", "pale"} {
			w := s.visitor(actWrite, cookie)
			visit(t, w)
			if st.clientSide {
				cookie = cookieOf(w)
			}
			show := s.visitor(actShow, cookie)
			visit(t, show)
			if show.body() != want {
				t.Errorf("theme %q, want %q", show.body(), want)
			}
		}
		visit(t, s.visitor(actRead, cookie)) // the rest is still there
	})
}

func TestUntouchedSendsNoCookie(t *testing.T) {
	forEachLibrary(t, func(t *testing.T, st *stack, data []entry) {
		v := openSite(t, st, data).visitor(actNothing, "")
		visit(t, v)
		if len(v.setCookies()) > 0 {
			t.Errorf("cookies %q", v.setCookies())
		}
	})
}

func TestLoginMakesANewToken(t *testing.T) {
	forEachLibrary(t, func(t *testing.T, st *stack, data []entry) {
		s := openSite(t, st, data)
		tokens := map[string]bool{newCookie(t, s): true}
		for range 3 {
			v := s.visitor(actLogin, "")
			visit(t, v)
			token := cookieOf(v)
			if token == "" || tokens[token] && !st.clientSide {
				t.Errorf("token %q isn't new", token)
			}
			tokens[token] = true
			visit(t, s.visitor(actRead, token))
		}
	})
}

func TestRotationKeepsTheSession(t *testing.T) {
	for _, st := range libraries() {
		if !slices.Contains(st.acts, actRotate) {
			continue
		}
		t.Run(st.name, func(t *testing.T) {
			s := openSite(t, st, small)
			cookie := newCookie(t, s)
			v := s.visitor(actRotate, cookie)
			for range 3 {
				visit(t, v)
				next := cookieOf(v)
				if next == "" || next == cookie {
					t.Errorf("cookie %q isn't new", next)
				}
				cookie = next
			}
			visit(t, s.visitor(actRead, cookie))
		})
	}
}

func TestRawFindsWhatIsThere(t *testing.T) {
	for _, st := range stacks {
		if !st.raw {
			continue
		}
		s := openSite(t, st, small)
		for _, a := range st.acts {
			visit(t, s.visitor(a, ""))
			visit(t, s.visitor(actRead, ""))
		}
	}
}

// What the budgets are about.
func TestRoundTrips(t *testing.T) {
	only := regexp.MustCompile(", (coatcheck|raw)")
	counts, err := countTrips(options{dir: t.TempDir(), farm: &running}, only, 500)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range counts {
		want, known := map[string]float64{
			"W1, " + rawGET: 1, "W2, " + rawGET: 2,
			"W1, " + coatcheckRedis: 1, "W2, " + coatcheckRedis: 2, "Rotation, " + coatcheckRedis: 2,
			"W1, " + rawStatements: 1, "W2, " + rawStatements: 2, "W1, " + coatcheckPostgres: 1, "W2, " + coatcheckPostgres: 2,
		}[c.work.name+", "+c.stack.name]
		if known && math.Round(c.each) != want {
			t.Errorf("%s, %s: %.2f round trips, want %.0f", c.work.name, c.stack.name, c.each, want)
		}
	}
}

func TestTokens(t *testing.T) {
	for _, st := range stacks {
		if st.place == nowhere {
			s := openSite(t, st, small)
			visit(t, s.visitor(actSeal, ""))
			visit(t, s.visitor(actOpen, ""))
		}
	}
}

// Flask's cookie is compressed only if that makes it shorter, and the report says which.
func TestFlaskTokens(t *testing.T) {
	for size, c := range map[int]flaskCase{67: flaskShort, 143: flaskUsual} {
		token, err := flaskToken(c.data)
		if err != nil || strings.HasPrefix(token, ".") != (size == 143) {
			t.Errorf("%d bytes: %s (%v)", size, token, err)
		}
		if text, err := json.Marshal(asMap(c.data)); err != nil || len(text) != size {
			t.Errorf("%s has %d bytes (%v), want %d", text, len(text), err, size)
		}
	}
}

// Python makes as many calls as it is told, and tells how long they took.
func TestPythonMeasuresItself(t *testing.T) {
	v, ok := openSite(t, stackOf(pythonCookie), small).visitor(actOpen, "").(timed)
	if !ok {
		t.Fatal("it doesn't")
	}
	if took, err := v.time(50); err != nil || took <= 0 {
		t.Errorf("50 calls took %v (%v)", took, err)
	}
}

func TestSizes(t *testing.T) {
	sizes, err := measureSizes()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sizes {
		for st, length := range s.cookies {
			if length <= s.json {
				t.Errorf("%s: %d bytes for %d of JSON", st.name, length, s.json)
			}
		}
	}
}

// The crowd's sessions are those of the handlers, and expire when they should.
func TestCrowd(t *testing.T) {
	for _, st := range crowd() {
		t.Run(st.name, func(t *testing.T) {
			s := openSite(t, st, small)
			for _, expires := range []time.Time{{}, time.Now().Add(time.Hour)} {
				if err := s.fillUntil(expires); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

// What the crowd's sweep is to delete is what the library has made.
func TestCrowdIsSwept(t *testing.T) {
	store := memstore.New(memstore.Options{})
	c, err := newCoatcheck(store, session.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.fillUntil(small, time.Now().Add(1200*time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	time.Sleep(1300 * time.Millisecond)
	if n, err := store.Sweep(t.Context(), 10); n != 1 || err != nil {
		t.Errorf("%d swept (%v), want one", n, err)
	}
}

func TestSweepAll(t *testing.T) {
	store := memstore.New(memstore.Options{})
	for i := range 1200 {
		rec := session.Record{Expires: time.Now().Add(time.Millisecond)}
		if _, err := store.Create(context.Background(), session.Key(rune(i)), rec); err != nil {
			t.Fatal(err)
		}
	}
	time.Sleep(2 * time.Millisecond)
	if err := sweepAll(store); err != nil {
		t.Fatal(err)
	}
	if n, err := store.Sweep(context.Background(), 1); n != 0 || err != nil {
		t.Errorf("%d expired records left (%v)", n, err)
	}
}

// Django really reads and saves what is measured, and notices a wrong value.
func TestDjangoDoesWhatIsMeasured(t *testing.T) {
	for _, open := range []func(options) (*site, error){openPythonCookie, openPythonPostgres} {
		s := openSite(t, &stack{open: open}, small)
		visit(t, s.visitor(actRead, ""))
		visit(t, s.visitor(actLoad, ""))
		for _, want := range []string{"pale", "dark"} {
			v := s.visitor(actSave, "").(pythonDjangoVisitor)
			visit(t, v)
			var got string
			if err := v.peer.Ask(map[string]string{"op": "theme"}, &got); err != nil || got != want {
				t.Errorf("theme %q, want %q (%v)", got, want, err)
			}
		}
		visit(t, s.visitor(actWrite, ""))
		if openSite(t, &stack{open: open}, []entry{{nameKey, "mallory@example.com"}}).visitor(actRead, "").visit() {
			t.Error("the view took another's name for the right one")
		}
	}
}

// The engine alone saves what a request then reads.
func TestEnginesAlone(t *testing.T) {
	for _, name := range []string{djangoPostgres, djangoCookie} {
		s := openSite(t, stackOf(name), small)
		cookie := newCookie(t, s)
		visit(t, s.visitor(actLoad, cookie))
		save := s.visitor(actSave, cookie)
		for range 4 {
			visit(t, save)
		}
		visit(t, s.visitor(actRead, cookie))
		if s.visitor(actLoad, "sessionid=nobodys").visit() {
			t.Errorf("%s: nobody's session was loaded", name)
		}
	}
}
