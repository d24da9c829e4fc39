package site

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/memstore"
)

// A line is a program that talks to the site without a network, so that the clock
// of synctest holds for both.
type line struct {
	site   http.Handler
	cookie string
}

func newLine(t *testing.T) *line {
	t.Helper()
	handler, err := New(session.Config{Store: memstore.New(memstore.Options{})}, Options{Accounts: Users{"alice": "wonderland"}})
	if err != nil {
		t.Fatal(err)
	}
	l := &line{site: handler}
	res := l.call(t.Context(), "PUT", "/api/session/values/n", "0")
	l.cookie, _, _ = strings.Cut(res.Header().Get("Set-Cookie"), ";")
	return l
}

func (l *line) call(ctx context.Context, method, path, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequestWithContext(ctx, method, path, strings.NewReader(body))
	if l.cookie != "" {
		r.Header.Set("Cookie", l.cookie)
	}
	w := httptest.NewRecorder()
	l.site.ServeHTTP(w, r)
	return w
}

// start makes a call and returns once it is held; its answer comes by the channel.
func (l *line) start(ctx context.Context, method, path, body string) <-chan *httptest.ResponseRecorder {
	done := make(chan *httptest.ResponseRecorder, 1)
	go func() { done <- l.call(ctx, method, path, body) }()
	synctest.Wait()
	return done
}

func TestHeldRequestLosesNoUpdate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLine(t)
		slow := l.start(t.Context(), "POST", "/api/session/incr/n?delay=300ms", "")
		fast := l.call(t.Context(), "POST", "/api/session/incr/n", "")
		if got := fast.Body.String(); got != "{\"value\":1}\n" {
			t.Errorf("fast one: %s", got)
		}
		if got := (<-slow).Body.String(); got != "{\"value\":2}\n" {
			t.Errorf("slow one: %s", got)
		}
	})
}

func TestHeldRequestRevivesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLine(t)
		held := map[string]<-chan *httptest.ResponseRecorder{
			"incr": l.start(t.Context(), "POST", "/api/session/incr/n?delay=1s", ""),
			"put":  l.start(t.Context(), "PUT", "/api/session/values/a?delay=1s", "1"),
		}
		l.call(t.Context(), "POST", "/api/logout", "")
		for name, answer := range held {
			if res := <-answer; res.Code != http.StatusConflict || res.Header().Get("Set-Cookie") != "" {
				t.Errorf("%s after logout: %d, %q", name, res.Code, res.Header())
			}
		}
		if got := l.call(t.Context(), "GET", "/api/session", "").Body.String(); !strings.Contains(got, `"created":null`) {
			t.Errorf("the session is back: %s", got)
		}
	})
}

func TestHeldReadAnswersWhatItRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLine(t)
		slow := l.start(t.Context(), "GET", "/api/session?delay=5s", "")
		l.call(t.Context(), "POST", "/api/session/incr/n", "")
		begin := time.Now()
		if got := (<-slow).Body.String(); !strings.Contains(got, `"n":0`) {
			t.Errorf("got %s", got)
		}
		if held := time.Since(begin); held != 5*time.Second {
			t.Errorf("held for %v", held)
		}
	})
}

func TestDelayEndsWithItsRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLine(t)
		ctx, cancel := context.WithCancel(t.Context())
		begin := time.Now()
		slow := l.start(ctx, "POST", "/api/session/incr/n?delay=5s", "")
		cancel()
		<-slow
		if held := time.Since(begin); held != 0 {
			t.Errorf("held for %v", held)
		}
		if got := l.call(t.Context(), "GET", "/api/session", "").Body.String(); !strings.Contains(got, `"n":0`) {
			t.Errorf("it went on: %s", got)
		}
	})
}

func TestWrongDelays(t *testing.T) {
	v := newVisitor(t, newServer(t, session.Config{}))
	for _, delay := range []string{"x", "300", "-1s", "5001ms", "1h"} {
		v.get("/api/session?delay="+delay).problem(t, 400)
		v.call("POST", "/api/session/incr/n?delay="+delay, "").problem(t, 400)
	}
	v.get("/api/session?delay=1ms").is(t, 200)
}
