package session_test

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coatcheck-go/session"
)

// Logout ends the session in the store, removes the cookie and has the browser
// clear the site's data. What the visitor carried is worth nothing.
func TestMB16_Logout(t *testing.T) {
	s := loginSite(t, session.Config{})
	v := s.visitor()
	v.login("alice")
	stolen := &visitor{s, v.token}
	s.events.take()
	res := v.get("/logout")
	if cookies := v.sessionCookies(res); len(cookies) != 1 || cookies[0].MaxAge >= 0 || cookies[0].Value != "" {
		t.Errorf("cookies %v, want the removal of one", cookies)
	}
	equal(t, "Clear-Site-Data", res.Header.Get("Clear-Site-Data"), `"cache", "cookies", "storage"`)
	equal(t, "Cache-Control", res.Header.Get("Cache-Control"), "no-store")
	s.events.want(t, session.EventEnded)
	equal(t, "replay", stolen.get("/who").body, "")
	equal(t, "live", s.live(stolen.token), false)
	equal(t, "records", len(s.store.records(t)), 0)
}

func TestMB16_ClearSiteDataSettings(t *testing.T) {
	for setting, want := range map[string]string{"": `"cache", "cookies", "storage"`, "-": "", `"cookies"`: `"cookies"`} {
		s := loginSite(t, session.Config{ClearSiteData: setting})
		equal(t, setting, s.loggedIn("alice").get("/logout").Header.Get("Clear-Site-Data"), want)
	}
}

// What is set after a logout belongs to a new session, whose cookie the browser must
// not clear.
func TestMB16_NewSessionInTheLogoutsResponse(t *testing.T) {
	s := newSite(t, session.Config{})
	s.do("/", func(ss *session.Session) error {
		return firstErr(ss.Logout(), ss.AddFlash(session.Flash{Message: "bye"}))
	})
	v := s.loggedIn("alice")
	old := v.token
	res := v.get("/")
	equal(t, "Clear-Site-Data", res.Header.Get("Clear-Site-Data"), `"cache", "storage"`)
	equal(t, "old session is live", s.live(old), false)
	flashes, err := s.open(v.token).Flashes()
	check(t, err)
	equal(t, "flashes", len(flashes), 1)
	equal(t, "alice's sessions", s.sessions("alice"), 0)
}

// Logout is done although the response is an error.
func TestMB16_LogoutWithServerError(t *testing.T) {
	s := newSite(t, session.Config{DiscardOnServerError: true})
	s.on("/", func(w http.ResponseWriter, _ *http.Request, ss *session.Session) {
		check(t, ss.Logout())
		check(t, ss.Set("k", "discarded"))
		w.WriteHeader(http.StatusInternalServerError)
	})
	v := s.loggedIn("alice")
	old := v.token
	v.get("/")
	equal(t, "live", s.live(old), false)
	equal(t, "token", v.token, "")
	equal(t, "records", len(s.store.records(t)), 0)
}

// Spring Security CVE-2023-20862: an empty state was not saved.
func TestR21_EmptyStateIsSaved(t *testing.T) {
	s := newSite(t, session.Config{})
	s.do("/clear", (*session.Session).Clear)
	s.do("/delete", func(ss *session.Session) error { return ss.Delete("k") })
	s.do("/pop", func(ss *session.Session) error { _, err := session.Pop[string](ss, "k"); return err })
	for _, path := range []string{"/clear", "/delete", "/pop"} {
		v := s.withValue("k", "v")
		v.get(path)
		if n, err := s.open(v.token).Len(); n != 0 || err != nil {
			t.Errorf("after %s there are %d values (%v)", path, n, err)
		}
	}
}

// A request that began before the session was ended can't bring it back, whatever it
// does and however it was ended (CVE-2025-46336; scs, gorilla/sessions and fiber do).
// All interleavings are tried elsewhere; this is the plain case.
func TestR1_SlowRequestCantReviveASession(t *testing.T) {
	slow := map[string]struct {
		do   func(*session.Session) error
		want error
	}{
		"write":      {func(s *session.Session) error { return firstErr(s.Set("k", "slow"), s.Save()) }, session.ErrEnded},
		"idle touch": {(*session.Session).Save, nil},
		"rotate":     {func(s *session.Session) error { return firstErr(s.Rotate(), s.Save()) }, session.ErrEnded},
		"login":      {func(s *session.Session) error { return firstErr(s.Login("alice"), s.Save()) }, session.ErrEnded},
		"save all":   {func(s *session.Session) error { return firstErr(s.MarkModified(), s.Save()) }, session.ErrEnded},
	}
	ends := map[string]func(*testing.T, *visitor){
		"logout": func(_ *testing.T, v *visitor) { v.raw("POST", "/logout") },
		"end":    func(t *testing.T, v *visitor) { check(t, v.m.End(t.Context(), session.Token(v.token))) },
		"end all": func(t *testing.T, v *visitor) {
			_, err := v.m.EndAll(t.Context(), "alice")
			check(t, err)
		},
	}
	for what, work := range slow {
		for how, end := range ends {
			t.Run(what+" overtaken by "+how, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := loginSite(t, session.Config{Limits: session.AAL2})
					v := s.loggedIn("alice")
					time.Sleep(30 * time.Minute) // a touch is due
					goOn := make(chan struct{})
					s.on("/slow", func(_ http.ResponseWriter, _ *http.Request, ss *session.Session) {
						_, err := ss.Get("k")
						check(t, err)
						<-goOn
						wantErr(t, what, work.do(ss), work.want)
					})
					overtaken := &visitor{s, v.token}
					go overtaken.get("/slow")
					synctest.Wait()
					end(t, v)
					close(goOn)
					synctest.Wait()
					equal(t, "live", s.live(v.token) || s.live(overtaken.token), false)
					equal(t, "alice's sessions", s.sessions("alice"), 0)
				})
			})
		}
	}
}

// The same for a rotation and a login that overtake: the old token stays dead.
func TestMB01_RotatedTokensStayDead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := loginSite(t, session.Config{})
		v := s.withValue("k", "v")
		goOn := make(chan struct{})
		s.on("/slow", func(_ http.ResponseWriter, _ *http.Request, ss *session.Session) {
			_, err := ss.Get("k")
			check(t, err)
			<-goOn
			wantErr(t, "set", firstErr(ss.Set("k", "slow"), ss.Save()), session.ErrEnded)
		})
		old := &visitor{s, v.token}
		go old.raw("GET", "/slow")
		synctest.Wait()
		v.login("alice")
		close(goOn)
		synctest.Wait()
		equal(t, "old token is live", s.live(old.token), false)
		equal(t, "value", value[string](t, s.open(v.token), "k"), "v")
	})
}

// A session that was rotated while a request was under way is still ended by that
// request's logout, however long it took.
func TestMB01_LogoutOvertakenByRotation(t *testing.T) {
	for name, c := range map[string]session.Config{"in the grace": {}, "after the grace": {}, "without a grace": {RotateGrace: -1}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newSite(t, c)
				s.do("/rotate", (*session.Session).Rotate)
				v := s.withValue("k", "v")
				goOn := make(chan struct{})
				s.on("/logout", func(_ http.ResponseWriter, _ *http.Request, ss *session.Session) {
					_, err := ss.Get("k")
					check(t, err)
					<-goOn
					check(t, ss.Logout())
				})
				go (&visitor{s, v.token}).get("/logout")
				synctest.Wait()
				v.get("/rotate")
				if name == "after the grace" {
					time.Sleep(time.Minute)
				}
				close(goOn)
				synctest.Wait()
				equal(t, "the rotated session is live", s.live(v.token), false)
			})
		})
	}
}

// A logout that comes with a token whose place a login has taken ended nothing, and
// says so: the login's session, its cookie and the site's data stay.
func TestMB16_LogoutTooLateIsTold(t *testing.T) {
	s := newSite(t, session.Config{})
	s.on("/logout", func(w http.ResponseWriter, _ *http.Request, ss *session.Session) {
		if err := ss.Logout(); err != nil {
			http.Error(w, "not signed out", session.StatusCode(err))
		}
	})
	s.do("/login", func(ss *session.Session) error { return ss.Login("alice") })
	v := s.withValue("key", 1)
	late := *v
	v.get("/login")
	res := late.get("/logout")
	if res.StatusCode != http.StatusConflict || len(res.Cookies()) != 0 || res.Header.Get("Clear-Site-Data") != "" {
		t.Errorf("late logout: status %d, %v, want 409 and no cookie, no Clear-Site-Data", res.StatusCode, res.Header)
	}
	if !s.live(v.token) {
		t.Error("the login's session is gone")
	}
}
