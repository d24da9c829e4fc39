package session_test

import (
	"net/http"
	"testing"

	"github.com/coatcheck-go/session"
)

// A request that makes no use of the session costs no call of the store and gets no header.
func TestMB14_UnusedSessionsCostNothing(t *testing.T) {
	s := newSite(t, session.Config{})
	s.on("/", func(_ http.ResponseWriter, _ *http.Request, ss *session.Session) {
		equal(t, "accessed", ss.Accessed(), false)
		equal(t, "modified", ss.Modified(), false)
	})
	for _, v := range []*visitor{s.visitor(), s.withValue("k", "v"), {s, "junk"}} {
		s.store.calls()
		s.events.take()
		res := v.get("/")
		equal(t, "store calls", s.store.calls(), 0)
		equal(t, "headers", len(res.Header), 0)
		s.events.want(t)
	}
}

// Readers cost one load and no write, anonymous ones nothing.
func TestMB14_ReadersWriteNothing(t *testing.T) {
	s := newSite(t, session.Config{})
	s.on("/", func(_ http.ResponseWriter, _ *http.Request, ss *session.Session) {
		for range 10 {
			_, err := ss.Items()
			check(t, err)
		}
		equal(t, "accessed", ss.Accessed(), true)
		equal(t, "modified", ss.Modified(), false)
	})
	v := s.withValue("k", "v")
	s.store.calls()
	equal(t, "cookie", v.get("/").Header.Get("Set-Cookie"), "")
	equal(t, "store calls", s.store.calls(), 1)
	s.visitor().get("/")
	equal(t, "store calls for a stranger", s.store.calls(), 0)
}

// Changes are collected: however many there are, one call of the store saves them.
func TestMB14_ChangesAreSavedOnce(t *testing.T) {
	s := newSite(t, session.Config{})
	s.on("/", func(_ http.ResponseWriter, _ *http.Request, ss *session.Session) {
		for i := range 10 {
			check(t, ss.Set("k", i))
		}
		check(t, ss.AddFlash(session.Flash{Message: "hello"}))
		check(t, ss.SetPersistent(true))
		equal(t, "modified", ss.Modified(), true)
	})
	v := s.visitor()
	v.get("/")
	equal(t, "calls for a new session", s.store.calls(), 1)
	v.get("/")
	equal(t, "loads", s.store.calls("load"), 1)
	v.get("/")
	equal(t, "updates", s.store.calls("update"), 1)
	s.do("/login", func(ss *session.Session) error { return firstErr(ss.Set("k", 1), ss.Login("alice")) })
	v.get("/login")
	equal(t, "writes of a login", s.store.calls(writes...), 1)
}

// SaveEveryRequest and RefreshEachRequest do what they say, for visitors who have a
// session.
func TestSaveEveryRequest(t *testing.T) {
	s := newSite(t, session.Config{SaveEveryRequest: true})
	s.mux.HandleFunc("/", func(http.ResponseWriter, *http.Request) {})
	v := s.withValue("k", "v")
	s.store.calls()
	v.get("/")
	equal(t, "writes", s.store.calls("update"), 1)
	(&visitor{s, "junk"}).get("/")
	s.visitor().get("/")
	equal(t, "writes for others", s.store.calls(writes...), 0)
}

func TestRefreshEachRequest(t *testing.T) {
	s := newSite(t, session.Config{RefreshEachRequest: true})
	s.mux.HandleFunc("/", func(http.ResponseWriter, *http.Request) {})
	s.do("/remember", func(ss *session.Session) error { return ss.SetPersistent(true) })
	s.do("/rotate", (*session.Session).Rotate)
	v := s.withValue("k", "v")
	equal(t, "cookie that goes with the browser", v.get("/").Header.Get("Set-Cookie"), "")
	v.get("/remember")
	cookies := v.sessionCookies(v.get("/"))
	if len(cookies) != 1 || cookies[0].Value != v.token || cookies[0].MaxAge <= 0 {
		t.Errorf("persistent cookie is not sent again: %v", cookies)
	}
	old := &visitor{s, v.token}
	v.get("/rotate")
	equal(t, "cookie for a token in its grace", old.raw("GET", "/").Header.Get("Set-Cookie"), "")
	equal(t, "cookie for a stranger", s.visitor().get("/").Header.Get("Set-Cookie"), "")
}

// As Django does, on request: what a handler changed before it failed is not saved.
func TestDiscardOnServerError(t *testing.T) {
	for _, discard := range []bool{true, false} {
		s := newSite(t, session.Config{DiscardOnServerError: discard})
		s.on("/500", func(w http.ResponseWriter, _ *http.Request, ss *session.Session) {
			check(t, ss.Set("k", "new"))
			check(t, ss.Login("alice"))
			w.WriteHeader(http.StatusBadGateway)
			err := ss.Set("k", "later")
			equal(t, "later change is refused", err != nil, discard)
		})
		s.on("/404", func(w http.ResponseWriter, _ *http.Request, ss *session.Session) {
			check(t, ss.Set("k", "new"))
			w.WriteHeader(http.StatusNotFound)
		})
		v := s.withValue("k", "old")
		old := v.token
		equal(t, "status", v.get("/500").StatusCode, http.StatusBadGateway)
		equal(t, "rotated", v.token != old, !discard)
		equal(t, "sessions of alice", s.sessions("alice") == 0, discard)
		v = s.withValue("k", "old")
		v.get("/404")
		equal(t, "saved with a 404", value[string](t, s.open(v.token), "k"), "new")
	}
}

// What was saved explicitly stays saved, 5xx or not.
func TestDiscardOnServerError_KeepsWhatWasSaved(t *testing.T) {
	s := newSite(t, session.Config{DiscardOnServerError: true})
	s.on("/", func(w http.ResponseWriter, _ *http.Request, ss *session.Session) {
		check(t, firstErr(ss.Set("a", 1), ss.Save(), ss.Set("b", 2)))
		w.WriteHeader(http.StatusInternalServerError)
	})
	v := s.visitor()
	v.get("/")
	keys, err := s.open(v.token).Keys()
	check(t, err)
	if len(keys) != 1 || keys[0] != "a" {
		t.Errorf("keys %q", keys)
	}
}

// Flask's and Django's marks of state.
func TestStateMarks(t *testing.T) {
	s := newSite(t, session.Config{})
	s.on("/", func(_ http.ResponseWriter, _ *http.Request, ss *session.Session) {
		checkState(t, "a stranger's", ss, true, true, false)
		check(t, ss.Set("k", "v"))
		checkState(t, "a changed", ss, true, false, true)
		check(t, ss.Save())
		checkState(t, "a saved", ss, true, false, false)
		check(t, ss.MarkModified())
		checkState(t, "a marked", ss, true, false, true)
	})
	s.on("/again", func(_ http.ResponseWriter, _ *http.Request, ss *session.Session) {
		checkState(t, "a known", ss, false, false, false)
		check(t, ss.Clear())
		checkState(t, "a cleared", ss, false, true, true)
		check(t, ss.Login("alice"))
		checkState(t, "a logged in", ss, false, false, true)
		check(t, ss.Destroy())
		checkState(t, "a destroyed", ss, true, true, false)
	})
	v := s.visitor()
	v.get("/")
	s.store.calls()
	v.get("/again")
	equal(t, "updates of what was destroyed", s.store.calls("create", "replace"), 0)
}

func checkState(t *testing.T, whose string, ss *session.Session, wantNew, wantEmpty, wantModified bool) {
	t.Helper()
	isNew, err := ss.IsNew()
	check(t, err)
	empty, err := ss.IsEmpty()
	check(t, err)
	equal(t, whose+" session is new", isNew, wantNew)
	equal(t, whose+" session is empty", empty, wantEmpty)
	equal(t, whose+" session is modified", ss.Modified(), wantModified)
}
