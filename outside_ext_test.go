package session_test

import (
	"net/http"
	"testing"

	"github.com/coatcheck-go/session"
)

// Outside of requests nothing exists before Save, and what was saved can be opened,
// changed and ended by its token.
func TestOutside_Life(t *testing.T) {
	s := newSite(t, session.Config{})
	ss := s.m.New(t.Context())
	check(t, ss.Set("k", "v"))
	equal(t, "token before Save", ss.Token().Reveal(), "")
	equal(t, "records before Save", len(s.store.records(t)), 0)
	check(t, ss.Save())
	token := ss.Token()
	again := s.open(token.Reveal())
	check(t, firstErr(again.Set("k", "v2"), again.Rotate(), again.Save()))
	if again.Token() == token {
		t.Error("Rotate kept the token")
	}
	equal(t, "value", value[string](t, s.open(again.Token().Reveal()), "k"), "v2")
	check(t, s.m.End(t.Context(), again.Token()))
	for _, gone := range []session.Token{token, again.Token(), "", "junk"} {
		equal(t, "exists", s.live(gone.Reveal()), false)
		_, err := s.m.Open(t.Context(), gone)
		wantErr(t, "open", err, session.ErrNotFound)
		check(t, s.m.End(t.Context(), gone))
	}
}

func TestOutside_NothingToSave(t *testing.T) {
	s := newSite(t, session.Config{})
	ss := s.m.New(t.Context())
	check(t, firstErr(ss.Save(), ss.MarkModified(), ss.Save(), ss.Destroy(), ss.Save()))
	equal(t, "store calls", s.store.calls(), 0)
}

// What came with a request is no token of a session unless it stands for one.
func TestTokenOfNoSession(t *testing.T) {
	s := newSite(t, session.Config{})
	v := s.withValue("k", "v")
	s.on("/", func(_ http.ResponseWriter, _ *http.Request, ss *session.Session) {
		equal(t, "token", ss.Token().Reveal(), "")
	})
	check(t, s.m.End(t.Context(), session.Token(v.token)))
	v.get("/")
	(&visitor{s, "made up"}).get("/")
	s.visitor().get("/")
}

func TestOutside_EndedMeanwhile(t *testing.T) {
	s := newSite(t, session.Config{})
	ss := s.open(s.withValue("k", "v").token)
	check(t, s.m.End(t.Context(), ss.Token()))
	check(t, ss.Set("k", "w"))
	wantErr(t, "save", ss.Save(), session.ErrEnded)
	wantErr(t, "set after that", ss.Set("k", "x"), session.ErrEnded)
	wantErr(t, "reload", ss.Reload(), session.ErrEnded)
	equal(t, "live", s.live(ss.Token().Reveal()), false)
}

// Reload drops what wasn't saved and shows what others saved.
func TestOutside_Reload(t *testing.T) {
	s := newSite(t, session.Config{})
	v := s.withValue("k", "v")
	ss, other := s.open(v.token), s.open(v.token)
	check(t, firstErr(ss.Set("mine", 1), other.Set("theirs", 2), other.Save(), ss.Reload()))
	equal(t, "modified", ss.Modified(), false)
	keys, err := ss.Keys()
	check(t, err)
	if len(keys) != 2 || keys[1] != "theirs" {
		t.Errorf("keys %q", keys)
	}
	check(t, firstErr(ss.Set("mine", 1), ss.Save()))
	check(t, s.m.New(t.Context()).Reload()) // nothing to reload
}

// What was dropped by Reload leaves no trace: a login that was not saved is none.
func TestOutside_ReloadDropsALogin(t *testing.T) {
	s := newSite(t, session.Config{})
	ss := s.open(s.withValue("k", "v").token)
	check(t, firstErr(ss.Login("alice"), ss.SetPersistent(true), ss.Reload()))
	s.events.take()
	check(t, firstErr(ss.Set("k", "w"), ss.Save()))
	s.events.want(t)
	subject, err := ss.Subject()
	check(t, err)
	equal(t, "subject", subject, "")
}

// Tokens of one application are unknown in another over the same store.
func TestR8_ApplicationsShareAStore(t *testing.T) {
	store := newSpyStore()
	a := newSite(t, session.Config{Store: store, App: "a"})
	b := newSite(t, session.Config{Store: store, App: "b"})
	token := a.withValue("k", "v").token
	equal(t, "in a", a.live(token), true)
	equal(t, "in b", b.live(token), false)
	_, err := b.m.Open(t.Context(), session.Token(token))
	wantErr(t, "open", err, session.ErrNotFound)
}

func TestHandle(t *testing.T) {
	s := newSite(t, session.Config{})
	h, err := s.open(s.withValue("k", "v").token).Handle()
	check(t, err)
	back, err := session.ParseHandle(h.String())
	check(t, err)
	equal(t, "parsed", back, h)
	for _, text := range []string{"", "x", h.String() + "A", h.String()[1:], h.String()[:15] + "=", "................"} {
		if _, err := session.ParseHandle(text); err == nil {
			t.Errorf("%q is taken for a handle", text)
		}
	}
	if h == (session.Handle{}) {
		t.Error("the handle of a saved session is zero")
	}
	h, err = s.m.New(t.Context()).Handle()
	check(t, err)
	equal(t, "handle of what isn't saved", h, session.Handle{})
}

// A handler that is wrapped twice has one session.
func TestWrappedTwice(t *testing.T) {
	s := newSite(t, session.Config{})
	s.do("/login", func(ss *session.Session) error { return ss.Login("alice") })
	middle := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		check(t, session.From(r).Set("seen", true))
		s.Handler.ServeHTTP(w, r)
	})
	v := s.withValue("k", "v")
	twice := &visitor{&site{t: t, m: s.m, Handler: s.m.Wrap(middle)}, v.token}
	equal(t, "status", twice.get("/login").StatusCode, http.StatusOK)
	ss := s.open(twice.token)
	equal(t, "seen", value[bool](t, ss, "seen"), true)
	subject, err := ss.Subject()
	check(t, err)
	equal(t, "subject", subject, "alice")
}
