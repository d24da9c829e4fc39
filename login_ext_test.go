package session_test

import (
	"net/http"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coatcheck-go/session"
)

func loginSite(t *testing.T, c session.Config) *site {
	s := newSite(t, c)
	s.on("/login", func(_ http.ResponseWriter, r *http.Request, ss *session.Session) {
		check(t, ss.Login(r.Header.Get("X-User")))
	})
	s.on("/who", func(w http.ResponseWriter, _ *http.Request, ss *session.Session) {
		subject, err := ss.Subject()
		check(t, err)
		_, _ = w.Write([]byte(subject))
	})
	s.do("/set", func(ss *session.Session) error { return ss.Set("cart", 3) })
	s.do("/logout", (*session.Session).Logout)
	return s
}

func (v *visitor) login(user string) { v.send("POST", "/login", "X-User: "+user) }

// Session fixation: a token that an attacker knows from before the login is dead
// after it.
func TestMB04_LoginRotates(t *testing.T) {
	s := loginSite(t, session.Config{})
	v := s.visitor()
	v.get("/set")
	planted := v.token
	v.login("alice")
	if v.token == planted || v.token == "" {
		t.Fatal("the token is the old one")
	}
	equal(t, "who it is", v.get("/who").body, "alice")
	equal(t, "the old token is live", s.live(planted), false)
	attacker := &visitor{s, planted}
	equal(t, "who the attacker is", attacker.get("/who").body, "")
	again := v.token
	v.login("alice") // step-up
	if v.token == again || s.live(again) {
		t.Error("a second login keeps the token alive")
	}
}

// The old token is dead also while requests sent before the login may still arrive;
// they can't change anything, nor touch the cookie.
func TestMB04_RequestsFromBeforeTheLogin(t *testing.T) {
	s := loginSite(t, session.Config{})
	v := s.withValue("k", "v")
	old := &visitor{s, v.token}
	v.login("alice")
	for path, f := range map[string]func(*session.Session) error{
		"/late-set":    func(ss *session.Session) error { return ss.Set("k", "late") },
		"/late-rotate": (*session.Session).Rotate,
		"/late-login":  func(ss *session.Session) error { return ss.Login("mallory") },
	} {
		s.on(path, func(_ http.ResponseWriter, _ *http.Request, ss *session.Session) {
			wantErr(t, path, f(ss), session.ErrEnded)
		})
		res := old.raw("POST", path)
		equal(t, path+" cookie", res.Header.Get("Set-Cookie"), "")
	}
	equal(t, "who it is", v.get("/who").body, "alice")
	equal(t, "value", value[string](t, s.open(v.token), "k"), "v")
}

func TestMB04_ValuesAtLogin(t *testing.T) {
	s := loginSite(t, session.Config{})
	v := s.visitor()
	v.get("/set")
	v.login("alice")
	equal(t, "an anonymous visitor's cart", value[int](t, s.open(v.token), "cart"), 3)
	v.login("alice")
	equal(t, "the cart after a step-up", value[int](t, s.open(v.token), "cart"), 3)
	v.login("bob")
	ss := s.open(v.token)
	if has, err := ss.Has("cart"); err != nil || has {
		t.Error("bob has alice's cart", err)
	}
	subject, err := ss.Subject()
	check(t, err)
	equal(t, "subject", subject, "bob")
}

// The public handle stays the same over rotations, so that a device keeps its place in the
// list.
func TestMB04_HandleStaysTheSame(t *testing.T) {
	s := loginSite(t, session.Config{})
	v := s.visitor()
	v.get("/set")
	before, err := s.open(v.token).Handle()
	check(t, err)
	v.login("alice")
	after, err := s.open(v.token).Handle()
	check(t, err)
	equal(t, "handle", after, before)
}

// R3: there is no way to record a user without rotating. No exported field of what
// a handler can reach is the subject, no method but Login takes a text that could
// be one and makes it so, and Login always rotates.
func TestR3_NoWayToSetTheSubjectWithoutRotation(t *testing.T) {
	for _, typ := range []reflect.Type{reflect.TypeFor[session.Session](), reflect.TypeFor[session.Manager]()} {
		for i := range typ.NumField() {
			if f := typ.Field(i); f.IsExported() {
				t.Errorf("%s.%s can be set from outside", typ, f.Name)
			}
		}
	}
	sessions := reflect.TypeFor[*session.Session]()
	for i := range sessions.NumMethod() {
		m := sessions.Method(i)
		if m.Name == "Login" {
			continue
		}
		s := newSite(t, session.Config{})
		ss := s.open(s.withValue("k", "v").token)
		callWithText(reflect.ValueOf(ss).Method(i), "mallory")
		check(t, ignore(ss.Save()))
		subject, err := ss.Subject()
		if subject != "" || err != nil {
			t.Errorf("%s made %q log in (%v)", m.Name, subject, err)
		}
		equal(t, m.Name+": sessions of mallory", s.sessions("mallory"), 0)
	}
}

// callWithText calls a method with text wherever it takes one, and zero values
// elsewhere.
func callWithText(method reflect.Value, text string) {
	typ := method.Type()
	var args []reflect.Value
	for i := range typ.NumIn() {
		switch in := typ.In(i); {
		case in.Kind() == reflect.String || in.Kind() == reflect.Interface && in.NumMethod() == 0:
			args = append(args, reflect.ValueOf(text))
		case typ.IsVariadic() && i == typ.NumIn()-1:
		case in == reflect.TypeFor[map[string]any]():
			args = append(args, reflect.ValueOf(map[string]any{"subject": text, "_subject": text, "Subject": text}))
		case in.Kind() == reflect.Interface:
			return // Format, which is for package fmt
		default:
			args = append(args, reflect.Zero(in))
		}
	}
	method.Call(args)
}

func TestLogin_SubjectsThatAreNone(t *testing.T) {
	s := newSite(t, session.Config{}).m.New(t.Context())
	for _, subject := range []string{"", strings.Repeat("x", 256), "a\x00b", "\xff"} {
		if err := s.Login(subject); err == nil {
			t.Errorf("%q is logged in", subject)
		}
	}
	check(t, s.Login(strings.Repeat("x", 255)))
}

// Other rotations leave the old token a grace, in which it leads to the session
// and never overwrites the newer cookie. After it, its use is an alarm.
func TestMB13_RotationHasAGrace(t *testing.T) {
	inBubble(t, session.Config{RotateGrace: time.Minute}, func(t *testing.T, s *site) {
		s.do("/rotate", (*session.Session).Rotate)
		s.do("/late", func(ss *session.Session) error { return ss.Set("late", true) })
		v := s.withValue("k", "v")
		old := &visitor{s, v.token}
		v.get("/rotate")
		time.Sleep(59 * time.Second)
		for _, path := range []string{"/", "/late", "/rotate"} {
			equal(t, path+" cookie", old.raw("GET", path).Header.Get("Set-Cookie"), "")
		}
		equal(t, "change by a late request", value[bool](t, s.open(v.token), "late"), true)
		time.Sleep(time.Second)
		s.events.take()
		equal(t, "old token is live", s.live(old.token), false)
		s.events.want(t, session.EventReusedToken)
		equal(t, "new token is live", s.live(v.token), true)
	})
}

func TestMB13_NoGrace(t *testing.T) {
	s := newSite(t, session.Config{RotateGrace: -1})
	s.do("/rotate", (*session.Session).Rotate)
	v := s.withValue("k", "v")
	old := v.token
	v.get("/rotate")
	equal(t, "old token is live", s.live(old), false)
	equal(t, "value", value[string](t, s.open(v.token), "k"), "v")
}

// With EndReused the use of a token after its grace ends the session, however often
// it was rotated since. Requests that are merely late don't.
func TestMB13_ReuseEndsTheSession(t *testing.T) {
	inBubble(t, session.Config{RotateGrace: time.Minute, EndReused: true}, func(t *testing.T, s *site) {
		s.do("/rotate", (*session.Session).Rotate)
		v := s.withValue("k", "v")
		old := v.token
		for range 3 {
			v.get("/rotate")
			time.Sleep(15 * time.Second)
		}
		equal(t, "old token is live within its grace", s.live(old), true)
		equal(t, "new token is live", s.live(v.token), true)
		time.Sleep(2 * time.Minute)
		s.events.take()
		equal(t, "old token is live", s.live(old), false)
		s.events.want(t, session.EventReusedToken)
		equal(t, "new token is live", s.live(v.token), false)
	})
}

// A request that came while its token was good is no reuse, however long it takes: it
// loses its changes, and the visitor stays.
func TestMB13_LongRequestsAreNoReuse(t *testing.T) {
	inBubble(t, session.Config{EndReused: true}, func(t *testing.T, s *site) {
		s.do("/rotate", (*session.Session).Rotate)
		v := s.withValue("k", "v")
		saves, reloads := s.open(v.token), s.open(v.token)
		check(t, saves.Set("k", "w"))
		v.get("/rotate")
		time.Sleep(time.Minute)
		s.events.take()
		wantErr(t, "save", saves.Save(), session.ErrEnded)
		wantErr(t, "reload", reloads.Reload(), session.ErrEnded)
		s.events.want(t, session.EventConflict)
		equal(t, "new token is live", s.live(v.token), true)
	})
}

// Its logout ends the session all the same.
func TestMB13_LongRequestLogsOut(t *testing.T) {
	inBubble(t, session.Config{EndReused: true}, func(t *testing.T, s *site) {
		s.do("/rotate", (*session.Session).Rotate)
		v := s.withValue("k", "v")
		long := s.open(v.token)
		check(t, long.Destroy())
		v.get("/rotate")
		time.Sleep(time.Minute)
		check(t, long.Save())
		equal(t, "new token is live", s.live(v.token), false)
	})
}

// An end that could not be done is not passed over.
func TestMB13_ReuseThatCannotBeEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, session.Config{RotateGrace: -1, EndReused: true})
		s.do("/rotate", (*session.Session).Rotate)
		s.on("/read", func(_ http.ResponseWriter, _ *http.Request, ss *session.Session) { _, _ = ss.Get("k") })
		v := s.withValue("k", "v")
		old := &visitor{s, v.token}
		v.get("/rotate")
		time.Sleep(time.Minute)
		s.store.onCall(failOn("update"))
		equal(t, "status", old.raw("GET", "/read").StatusCode, http.StatusServiceUnavailable)
		s.store.onCall(nil)
		equal(t, "live", s.live(v.token), true)
		equal(t, "status", old.raw("GET", "/read").StatusCode, http.StatusOK)
		equal(t, "live", s.live(v.token), false)
	})
}
