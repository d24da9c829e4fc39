package jwt_test

import (
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/jwt"
)

// kinds are the ways to run an Engine. Handlers must not know the difference.
var kinds = map[string]func() jwt.Options{"alone": options, "store": withStore, "checked": checkEvery}

func eachKind(t *testing.T, f func(t *testing.T, o jwt.Options)) {
	for name, o := range kinds {
		t.Run(name, func(t *testing.T) { f(t, o()) })
	}
}

// shop has a page for each thing that a handler does.
func shop(t testing.TB, o jwt.Options, set ...func(*session.Config)) *site {
	s := newSite(t, o, set...)
	s.set("/set", "k", "v")
	s.set("/other", "other", "w")
	s.get("/get", "k")
	s.get("/get-other", "other")
	s.do("/login", func(ss *session.Session) error { return ss.Login("alice") })
	s.do("/rotate", (*session.Session).Rotate)
	s.do("/logout", (*session.Session).Logout)
	s.do("/flash", func(ss *session.Session) error {
		return ss.AddFlash(session.Flash{Level: session.Success, Message: "saved"})
	})
	s.mux.HandleFunc("/who", func(w http.ResponseWriter, r *http.Request) {
		subject, err := session.From(r).Subject()
		check(t, err)
		_, _ = w.Write([]byte(subject))
	})
	s.mux.HandleFunc("/flashes", func(w http.ResponseWriter, r *http.Request) {
		flashes, err := session.From(r).Flashes()
		check(t, err)
		for _, f := range flashes {
			_, _ = w.Write([]byte(f.Message))
		}
	})
	return s
}

func TestHandlersDoNotKnowTheDifference(t *testing.T) {
	eachKind(t, func(t *testing.T, o jwt.Options) {
		v := shop(t, o).visitor()
		v.ask("/get")
		equal(t, "token before anything is set", v.token(), "")
		for _, step := range []struct{ path, want string }{
			{"/set", ""}, {"/get", "v"}, {"/login", ""}, {"/who", "alice"}, {"/get", "v"},
			{"/rotate", ""}, {"/get", "v"}, {"/who", "alice"},
			{"/flash", ""}, {"/flashes", "saved"}, {"/flashes", ""},
			{"/logout", ""}, {"/get", ""}, {"/who", ""},
		} {
			equal(t, step.path, v.ask(step.path), step.want)
		}
		equal(t, "token after the logout", v.token(), "")
	})
}

func TestSnapshotIsComplete(t *testing.T) {
	eachKind(t, func(t *testing.T, o jwt.Options) {
		s := shop(t, o)
		s.do("/shape", func(ss *session.Session) error {
			return errors.Join(ss.SetPersistent(true), ss.ExpireAt(time.Now().Add(time.Hour)),
				ss.SetLimits(session.Limits{Idle: 2 * time.Hour, Lifetime: 24 * time.Hour}), ss.Login("Ł"), ss.Set("<&>\n", "<&>"))
		})
		v := s.visitor()
		v.ask("/shape")
		var a, b session.Snapshot
		check(t, s.engine.Open(t.Context(), v.token(), &a))
		check(t, s.engine.Reopen(t.Context(), v.token(), &b))
		equal(t, "ID", a.ID, b.ID)
		a.Address, a.UserAgent, b.Address, b.UserAgent = "", "", "", "" // which no JWT tells
		equal(t, "both ways to open it", binary(t, &a), binary(t, &b))
		equal(t, "subject", a.Subject, "Ł")
		equal(t, "persistent", a.Persistent, true)
		equal(t, "idle", a.Idle, 2*time.Hour)
		equal(t, "lifetime", a.Lifetime, 24*time.Hour)
		equal(t, "has an end", a.Until.IsZero(), false)
		equal(t, "value", s.value(v.token(), "<&>\n"), "<&>")
	})
}

func binary(t *testing.T, s *session.Snapshot) string {
	raw, err := s.AppendBinary(nil)
	check(t, err)
	return string(raw)
}

// MB-08: the limits hold to the millisecond, though a JWT counts in seconds.
func TestMB08_Limits(t *testing.T) {
	eachKind(t, func(t *testing.T, o jwt.Options) {
		synctest.Test(t, func(t *testing.T) {
			s := newSite(t, o, func(c *session.Config) {
				c.Limits = session.Limits{Idle: 10*time.Minute + 500*time.Millisecond, Lifetime: 30 * time.Minute}
			})
			s.set("/set", "k", "v")
			s.get("/get", "k")
			v := s.visitor()
			v.ask("/set")
			time.Sleep(10*time.Minute + 499*time.Millisecond)
			equal(t, "before the idle timeout", s.live(v.token()), true)
			time.Sleep(time.Millisecond)
			equal(t, "at the idle timeout", s.live(v.token()), false)
			v.ask("/set")
			for range 5 {
				time.Sleep(5*time.Minute + 50*time.Second)
				equal(t, "while in use", v.ask("/get"), "v")
			}
			time.Sleep(50 * time.Second)
			equal(t, "after the lifetime", v.ask("/get"), "")
		})
	})
}

// CSRF tokens go on over renewals, and die with a rotation.
func TestMB17_TokensOverRenewals(t *testing.T) {
	eachKind(t, func(t *testing.T, o jwt.Options) {
		synctest.Test(t, func(t *testing.T) {
			s := shop(t, o)
			var token string
			s.do("/form", func(ss *session.Session) (err error) { token, err = ss.CSRFToken(); return err })
			s.do("/post", func(ss *session.Session) error { return ss.CheckCSRF(token) })
			v := s.visitor()
			v.ask("/form")
			for range 3 {
				equal(t, "with the token", v.ask("/post"), "")
				time.Sleep(6 * time.Minute)
			}
			v.ask("/rotate")
			equal(t, "after a rotation", v.ask("/post"), "Forbidden")
		})
	})
}

// MB-12: two requests of one session that overlap both win.
func TestMB12_OverlappingUpdatesMerge(t *testing.T) {
	for _, name := range []string{"store", "checked"} {
		for _, age := range []time.Duration{0, 6 * time.Minute} {
			t.Run(name+"/"+age.String(), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) { overlap(t, kinds[name](), age) })
			})
		}
	}
}

func overlap(t *testing.T, o jwt.Options, age time.Duration) {
	s := newSite(t, o)
	s.set("/begin", "k", "v")
	loaded, release := make(chan struct{}, 2), make(chan struct{})
	for _, key := range []string{"a", "b"} {
		s.get("/get-"+key, key)
		s.do("/set-"+key, func(ss *session.Session) error {
			_, err := ss.Subject() // it is loaded
			loaded <- struct{}{}
			<-release
			return errors.Join(err, ss.Set(key, key))
		})
	}
	v := s.visitor()
	v.ask("/begin")
	time.Sleep(age)
	answers := make(chan *http.Response, 2)
	for _, path := range []string{"/set-a", "/set-b"} {
		go func() { answers <- v.send(path) }()
	}
	<-loaded
	<-loaded
	close(release)
	first, last := <-answers, <-answers
	equal(t, "status of the first", first.StatusCode, http.StatusOK)
	equal(t, "status of the last", last.StatusCode, http.StatusOK)
	v.receive(first)
	v.receive(last)
	var sn session.Snapshot
	check(t, s.engine.Reopen(t.Context(), v.token(), &sn))
	_, a := sn.Values.Get("a")
	_, b := sn.Values.Get("b")
	equal(t, "the first one's value is there", a, true)
	equal(t, "the last one's value is there", b, true)
	equal(t, "conflicts", s.happened(session.EventConflict), 1)
	equal(t, "keys", sn.Values.Len(), 3)
}

// A JWT that is behind its record is no reason to lose what was saved.
func TestMB12_ChangeOfAnOldState(t *testing.T) {
	s := shop(t, withStore())
	v := s.visitor()
	v.ask("/login")
	other := v.thief()
	v.ask("/set")
	other.ask("/other")
	equal(t, "what the first has set", other.ask("/get"), "v")
	equal(t, "what the second has set", other.ask("/get-other"), "w")
	equal(t, "conflicts", s.happened(session.EventConflict), 1)
}

func TestValuesThatAreNoJSON(t *testing.T) {
	for name, o := range kinds {
		s := newSite(t, o(), func(c *session.Config) { c.Codec = session.Gob })
		ss := s.m.New(t.Context())
		check(t, ss.Set("k", "v"))
		wantErr(t, name, ss.Save(), errors.ErrUnsupported)
		ss = newSite(t, o()).m.New(t.Context())
		check(t, ss.Set("\xff", "v"))
		wantErr(t, name, ss.Save(), errors.ErrUnsupported)
	}
	ss := newSite(t, withStore()).m.New(t.Context())
	check(t, ss.Set("\x00coatcheck/jwt", "v"))
	wantErr(t, "a key of the engine's own", ss.Save(), errors.ErrUnsupported)
}

func TestMB10_TooLargeIsAnError(t *testing.T) {
	eachKind(t, func(t *testing.T, o jwt.Options) {
		s := shop(t, o)
		s.set("/large", "large", string(make([]byte, 4096)))
		v := s.visitor()
		v.ask("/set")
		equal(t, "large value", v.ask("/large"), http.StatusText(http.StatusRequestEntityTooLarge))
		equal(t, "value after it", v.ask("/get"), "v")
		ss := s.m.New(t.Context())
		check(t, ss.Set("huge", string(make([]byte, 32<<10))))
		wantErr(t, "save", ss.Save(), session.ErrTooLarge)
	})
}

func TestTouchIsNotForIt(t *testing.T) {
	e, err := jwt.New(options())
	check(t, err)
	wantErr(t, "touch", e.Touch(t.Context(), &session.Snapshot{}, time.Now()), errors.ErrUnsupported)
}
