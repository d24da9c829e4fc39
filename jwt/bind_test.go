package jwt_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/jwt"
)

// Without its application an Engine would take the tokens of any.
func TestNothingIsSignedUnbound(t *testing.T) {
	for name, o := range kinds {
		e, err := jwt.New(o())
		check(t, err)
		s := session.Snapshot{ID: e.NewID()}
		_, keepErr := e.Keep(t.Context(), &session.Snapshot{}, &s, 0)
		for what, err := range map[string]error{
			"keep": keepErr, "open": e.Open(t.Context(), "", &s), "reopen": e.Reopen(t.Context(), "", &s), "drop": e.Drop(t.Context(), &s),
		} {
			if err == nil || session.StatusCode(err) != http.StatusInternalServerError {
				t.Errorf("%s, %s: error %v", name, what, err)
			}
		}
	}
}

func TestOneEngineForTwoManagers(t *testing.T) {
	s := newSite(t, withStore(), func(c *session.Config) { c.App = "shop" })
	_, err := session.New(session.Config{Engine: s.engine, App: "shop", Cookie: session.Cookie{Name: "__Host-other"}})
	check(t, err)
	for _, app := range []string{"", "admin", "\xff"} {
		if _, err := session.New(session.Config{Engine: s.engine, App: app}); err == nil {
			t.Errorf("the other Manager's App is %q", app)
		}
	}
}

func TestSettingsThatDoNotSuit(t *testing.T) {
	e, err := jwt.New(options())
	check(t, err)
	_, err = session.New(session.Config{Engine: e, EndReused: true})
	wantErr(t, "EndReused without a store", err, errors.ErrUnsupported)
	_, err = session.New(session.Config{Engine: e, App: "\xff"})
	equal(t, "an App that is no text is refused", err != nil, true)
}

// A JWT without its refresh token can't be saved, so nothing tries to: not SaveEveryRequest,
// not the note that the visitor was seen.
func TestJWTAloneIsNeverSaved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := withStore()
		o.Access = time.Hour
		s := shop(t, o, func(c *session.Config) { c.SaveEveryRequest = true })
		v := s.visitor()
		v.ask("/set")
		alone, _, _ := strings.Cut(v.token(), "~")
		v.carry(alone)
		time.Sleep(30 * time.Minute)
		equal(t, "reading", v.ask("/get"), "v")
		equal(t, "the token after it", v.token(), alone)
		for _, path := range []string{"/set", "/login", "/rotate", "/logout"} {
			equal(t, path, v.ask(path), http.StatusText(http.StatusNotImplemented))
		}
		equal(t, "errors of the store", s.happened(session.EventStoreError), 0)
	})
}

// What isn't authentic is told as malformed, and what has expired isn't.
func TestEventsTellForgedFromExpired(t *testing.T) {
	eachKind(t, func(t *testing.T, o jwt.Options) {
		synctest.Test(t, func(t *testing.T) {
			s := shop(t, o)
			v := s.visitor()
			v.ask("/set")
			v.ask("/get")
			equal(t, "malformed, of good ones", s.happened(session.EventMalformedToken), 0)
			equal(t, "live when forged", s.live("x"+v.token()), false)
			equal(t, "malformed, of a forged one", s.happened(session.EventMalformedToken), 1)
			time.Sleep(30 * 24 * time.Hour)
			equal(t, "live when expired", s.live(v.token()), false)
			equal(t, "malformed, of an expired one", s.happened(session.EventMalformedToken), 1)
			equal(t, "expired or unknown", s.happened(session.EventExpired)+s.happened(session.EventUnknownToken), 1)
		})
	})
}
