package session_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coatcheck-go/session"
)

// pathOf makes a path of the name of a use.
func pathOf(what string) string { return "/" + strings.ReplaceAll(what, " ", "-") }

// useSite has a page for each of uses. It ignores their errors, as a careless
// handler does, and greets the visitor; got receives the errors.
func useSite(t *testing.T, got map[string]error) *site {
	s := newSite(t, session.Config{})
	for what, use := range uses {
		s.on(pathOf(what), func(w http.ResponseWriter, _ *http.Request, ss *session.Session) {
			got[what] = use(ss)
			_, _ = io.WriteString(w, "hello, stranger")
		})
	}
	return s
}

// A visitor whose session can't be loaded is not anonymous: no page is shown to them,
// though the handler ignores the error.
func TestMB05_StoreErrorIs503NeverAnonymous(t *testing.T) {
	got := map[string]error{}
	s := useSite(t, got)
	v := s.loggedIn("alice")
	s.store.onCall(failOn("load"))
	for what := range uses {
		s.events.take()
		res := v.raw("GET", pathOf(what))
		equal(t, what+" status", res.StatusCode, http.StatusServiceUnavailable)
		equal(t, what+" Retry-After", res.Header.Get("Retry-After"), "5")
		equal(t, what+" cookie", res.Header.Get("Set-Cookie"), "")
		if strings.Contains(res.body, "stranger") || strings.Contains(res.body, errDown.Error()) {
			t.Errorf("%s: body %q", what, res.body)
		}
		if what != "EndOthers" && what != "CheckCSRF" { // whose errors the table ignores
			wantErr(t, what, got[what], session.ErrUnavailable)
			wantErr(t, what, got[what], errDown)
		}
		s.events.want(t, session.EventStoreError)
	}
	s.store.onCall(nil)
	v.get(pathOf("Get"))
	equal(t, "live again, without a restart", s.live(v.token), true)
}

// "Sign in first" and "not found" are what a stranger is told: they are replaced too. A
// 5xx of the handler's own says that something failed, and stays.
func TestMB05_AnswersForStrangersAreReplaced(t *testing.T) {
	for status, replaced := range map[int]bool{200: true, 204: true, 302: true, 401: true, 403: true, 404: true, 499: true, 500: false, 502: false} {
		s := newSite(t, session.Config{})
		s.on("/", func(w http.ResponseWriter, _ *http.Request, ss *session.Session) {
			subject, err := ss.Subject()
			equal(t, "subject", subject, "")
			wantErr(t, "subject", err, session.ErrUnavailable)
			w.WriteHeader(status)
		})
		v := s.loggedIn("alice")
		s.store.onCall(failOn("load"))
		want := status
		if replaced {
			want = http.StatusServiceUnavailable
		}
		equal(t, fmt.Sprint("status in the place of ", status), v.raw("GET", "/").StatusCode, want)
	}
}

// What can't be saved is not reported as saved: the response is a 503 in the place of the
// handler's.
func TestMB05_FailedSaveIs503(t *testing.T) {
	got := map[string]error{}
	s := useSite(t, got)
	s.store.onCall(failOn("create", "update", "replace"))
	writing := []string{"Set", "SetAll", "Update", "Clear", "MarkModified", "Login", "Logout", "Destroy", "Rotate", "AddFlash", "SetPersistent", "SetTestCookie"}
	for _, what := range writing {
		s.store.onCall(nil)
		v := s.withValue("k", "v")
		s.store.onCall(failOn("create", "update", "replace"))
		res := v.raw("GET", pathOf(what))
		equal(t, what, res.StatusCode, http.StatusServiceUnavailable)
		equal(t, what+" cookie", res.Header.Get("Set-Cookie"), "")
		equal(t, what+" Clear-Site-Data", res.Header.Get("Clear-Site-Data"), "")
		equal(t, what+": session is live as it was", value[string](t, s.open(v.token), "k"), "v")
	}
}

// A session is reported as ended only when it is.
func TestMB05_RevocationSaysWhetherItWasDone(t *testing.T) {
	s := newSite(t, session.Config{})
	v, other := s.loggedIn("alice"), s.loggedIn("alice")
	ss := s.open(v.token)
	handle, err := ss.Handle()
	check(t, err)
	s.store.onCall(failOn(append(writes, "by subject")...))
	wantErr(t, "End", s.m.End(t.Context(), session.Token(v.token)), session.ErrUnavailable)
	_, err = s.m.EndAll(t.Context(), "alice")
	wantErr(t, "EndAll", err, session.ErrUnavailable)
	_, err = s.m.EndSession(t.Context(), "alice", handle)
	wantErr(t, "EndSession", err, session.ErrUnavailable)
	_, err = ss.EndOthers()
	wantErr(t, "EndOthers", err, session.ErrUnavailable)
	wantErr(t, "Destroy", firstErr(ss.Destroy(), ss.Save()), session.ErrUnavailable)
	s.store.onCall(nil)
	equal(t, "live", s.live(v.token) && s.live(other.token), true)
}

// Exists, Open and the lists don't take a failing store for an empty one.
func TestMB05_OutsideOfRequests(t *testing.T) {
	s := newSite(t, session.Config{})
	token := session.Token(s.loggedIn("alice").token)
	s.store.onCall(failOn("load", "by subject"))
	_, err := s.m.Exists(t.Context(), token)
	wantErr(t, "Exists", err, session.ErrUnavailable)
	_, err = s.m.Open(t.Context(), token)
	wantErr(t, "Open", err, session.ErrUnavailable)
	_, err = s.m.Sessions(t.Context(), "alice")
	wantErr(t, "Sessions", err, session.ErrUnavailable)
	wantErr(t, "End", s.m.End(t.Context(), token), session.ErrUnavailable)
}

// A broken record must not lock its visitor out for ever: a new session and an event. Its
// bytes stay, for somebody to look at.
func TestMB05_BrokenRecordIsANewSession(t *testing.T) {
	s := newSite(t, session.Config{})
	s.do("/", func(ss *session.Session) error { return ss.Set("k", "new") })
	v := s.withValue("k", "old")
	before := s.store.records(t)[0]
	before.Record.Data = before.Record.Data[:40]
	_, err := s.store.Update(t.Context(), before.Key, s.store.records(t)[0].Record, before.Record)
	check(t, err)
	s.events.take()
	old := v.token
	equal(t, "status", v.get("/").StatusCode, http.StatusOK)
	s.events.want(t, session.EventBrokenRecord, session.EventCreated)
	if v.token == old {
		t.Error("the token of the broken record is used again")
	}
	equal(t, "new value", value[string](t, s.open(v.token), "k"), "new")
	kept, err := s.store.Load(t.Context(), before.Key)
	check(t, err)
	equal(t, "bytes of the broken record", kept.Data, before.Record.Data)
}

// The error handler is the application's, and is given an error to choose by.
func TestErrorHandler(t *testing.T) {
	var given error
	s := newSite(t, session.Config{ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
		given = err
		w.WriteHeader(session.StatusCode(err))
		_, _ = fmt.Fprintf(w, "my words for %s", r.URL.Path)
	}})
	s.do("/page", func(ss *session.Session) error { _, err := ss.Get("k"); return ignore(err) })
	v := s.withValue("k", "v")
	s.store.onCall(failOn("load"))
	res := v.get("/page")
	equal(t, "status", res.StatusCode, http.StatusServiceUnavailable)
	equal(t, "body", res.body, "my words for /page")
	wantErr(t, "given", given, errDown)
	v.send("POST", "/page", "Sec-Fetch-Site: cross-site")
	wantErr(t, "given", given, session.ErrForbidden)
}

// Every sentinel has the status that fits, wrapped or not; of several the gravest.
func TestStatusCode(t *testing.T) {
	for err, want := range map[error]int{
		session.ErrUnavailable: 503, session.ErrForbidden: 403, session.ErrNotFound: 404, session.ErrEnded: 409, session.ErrConflict: 409,
		session.ErrTooLate: 409, session.ErrTooLarge: 413, session.ErrLimit: 429, session.ErrBroken: 500, errDown: 500, context.Canceled: 500,
		errors.ErrUnsupported: 501,
	} {
		equal(t, err.Error(), session.StatusCode(err), want)
		equal(t, "wrapped: "+err.Error(), session.StatusCode(fmt.Errorf("more: %w", err)), want)
	}
	equal(t, "conflict and too large", session.StatusCode(errors.Join(session.ErrConflict, session.ErrTooLarge)), 413)
	equal(t, "not found and unavailable", session.StatusCode(errors.Join(session.ErrNotFound, session.ErrUnavailable)), 503)
}

// A visitor who goes away doesn't undo what was promised: the save goes on.
func TestMB11_SavedThoughTheVisitorLeft(t *testing.T) {
	s := newSite(t, session.Config{})
	ctx, leave := context.WithCancel(t.Context())
	s.on("/", func(_ http.ResponseWriter, _ *http.Request, ss *session.Session) {
		check(t, ss.Set("k", "new"))
		leave()
	})
	v := s.withValue("k", "old")
	r := httptest.NewRequestWithContext(ctx, "GET", "/", nil)
	r.Header.Set("Cookie", s.m.CookieName()+"="+v.token)
	serve(t, s, r)
	equal(t, "saved", value[string](t, s.open(v.token), "k"), "new")
}

// That a visitor went away while the session was being loaded is no failure of the
// store.
func TestMB05_VisitorsLeavingIsNoStoreError(t *testing.T) {
	s := newSite(t, session.Config{})
	s.do("/", func(ss *session.Session) error { _, err := ss.Get("k"); return ignore(err) })
	v := s.withValue("k", "v")
	s.events.take()
	ctx, leave := context.WithCancel(t.Context())
	leave()
	r := httptest.NewRequestWithContext(ctx, "GET", "/", nil)
	r.Header.Set("Cookie", s.m.CookieName()+"="+v.token)
	equal(t, "status", serve(t, s, r).StatusCode, http.StatusServiceUnavailable)
	s.events.want(t)
}

// A handler that was told by Save, and answers with the status of the error, has
// dealt with it: its own page is sent.
func TestMB05_HandlersOwnAnswerToAnError(t *testing.T) {
	s := newSite(t, session.Config{})
	s.on("/", func(w http.ResponseWriter, r *http.Request, ss *session.Session) {
		check(t, ss.Set("key", "value"))
		check(t, s.m.End(r.Context(), ss.Token()))
		if err := ss.Save(); err != nil {
			http.Error(w, "a page of our own", session.StatusCode(err))
		}
	})
	res := s.withValue("other", 1).get("/")
	if res.StatusCode != http.StatusConflict || res.body != "a page of our own\n" {
		t.Errorf("answer %d %q, want 409 and the handler's page", res.StatusCode, res.body)
	}
}

// A hangingStore never answers by itself.
type hangingStore struct{ *spyStore }

func (s hangingStore) Load(ctx context.Context, _ session.Key) (session.Record, error) {
	<-ctx.Done()
	return session.Record{}, ctx.Err()
}

// A store that doesn't answer is a 503 after the deadline, or sooner if the visitor
// leaves.
func TestMB05_HangingStoreIs503(t *testing.T) {
	for given, want := range map[time.Duration]time.Duration{0: 5 * time.Second, time.Second: time.Second} {
		synctest.Test(t, func(t *testing.T) {
			store := newSpyStore()
			s := newSite(t, session.Config{Store: hangingStore{store}, LoadTimeout: given})
			s.on("/", func(_ http.ResponseWriter, _ *http.Request, ss *session.Session) {
				_, err := ss.Get("k")
				wantErr(t, "Get", err, session.ErrUnavailable)
				wantErr(t, "Reload", ss.Reload(), session.ErrUnavailable)
			})
			v := s.withValue("k", "v")
			began := time.Now()
			equal(t, "status", v.get("/").StatusCode, http.StatusServiceUnavailable)
			equal(t, "waited", time.Since(began), want)
			s.events.take()

			ctx, leave := context.WithCancel(t.Context())
			time.AfterFunc(time.Millisecond, leave)
			r := httptest.NewRequestWithContext(ctx, "GET", "/", nil)
			r.Header.Set("Cookie", s.m.CookieName()+"="+v.token)
			began = time.Now()
			serve(t, s, r)
			equal(t, "waited for a visitor who left", time.Since(began), time.Millisecond)
			s.events.want(t)
		})
	}
}

// A slowStore takes its time to end the sessions of a subject, and has none of its own.
type slowStore struct {
	*spyStore
	takes time.Duration
}

func (s slowStore) DeleteBySubject(ctx context.Context, subject string, except ...session.Key) (int, error) {
	select {
	case <-time.After(s.takes):
		return s.spyStore.DeleteBySubject(ctx, subject, except...)
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

// The end of the other sessions is bounded as a save is, and done though the visitor leaves.
func TestMB05_EndOthersOnASlowStore(t *testing.T) {
	for takes, want := range map[time.Duration]error{2 * time.Second: nil, time.Hour: session.ErrUnavailable} {
		synctest.Test(t, func(t *testing.T) {
			s := newSite(t, session.Config{Store: slowStore{newSpyStore(), takes}})
			var err error
			s.on("/", func(_ http.ResponseWriter, _ *http.Request, ss *session.Session) { _, err = ss.EndOthers() })
			v, other := s.loggedIn("alice"), s.loggedIn("alice")
			ctx, leave := context.WithCancel(t.Context())
			time.AfterFunc(time.Second, leave)
			r := httptest.NewRequestWithContext(ctx, "GET", "/", nil)
			r.Header.Set("Cookie", s.m.CookieName()+"="+v.token)
			began := time.Now()
			serve(t, s, r)
			wantErr(t, "EndOthers", err, want)
			equal(t, "waited", time.Since(began), min(takes, 5*time.Second))
			equal(t, "the other is live", s.live(other.token), want != nil)
		})
	}
}
