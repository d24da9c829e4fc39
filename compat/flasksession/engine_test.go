package flasksession

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/compat/python"
	"github.com/coatcheck-go/session/kv"
	"github.com/coatcheck-go/session/kv/memkv"
)

// A new session has an ID, a key and a cookie like Flask-Session's.
func TestNewSession(t *testing.T) {
	kv := memkv.New()
	m := newManager(t, Options{Store: kv})
	w := request(t, m, "", func(s *session.Session) { must(t, s.Set("a", 1), s.Set("s", "hi")) })
	cookies := w.Cookies()
	if len(cookies) != 1 || cookies[0].Name != "session" || !cookies[0].HttpOnly || cookies[0].Expires.IsZero() || len(cookies[0].Value) != 43 {
		t.Fatal("another cookie")
	}
	if got := stored(t, kv, "session:"+cookies[0].Value); got != vectors[0].stored {
		t.Errorf("%q", got)
	}
}

// IDs that nothing is stored under, or only what Flask-Session 0.3.2 stores for
// every visitor, are never taken over.
func TestIDsAreNotAdopted(t *testing.T) {
	for name, value := range map[string]string{
		"unknown": "", "only permanent": "\x81\xaa_permanent\xc3", "nothing": "\x80",
		"pickle of permanent": pickled(t, dictOf("_permanent", true), 4),
	} {
		kv := memkv.New()
		m := newManager(t, Options{Store: kv})
		if value != "" {
			put(t, kv, key, value)
		}
		w := request(t, m, sid, func(s *session.Session) { must(t, s.Set("a", 1)) })
		if c := w.Cookies(); len(c) != 1 || c[0].Value == sid {
			t.Errorf("%s: the ID stays", name)
		}
		if got, err := kv.Get(t.Context(), key); err == nil && got != value {
			t.Errorf("%s: it was written to: %q", name, got)
		}
	}
}

// A token of another form is refused before any I/O: the store would fail.
func TestMalformed(t *testing.T) {
	e := newEngine(t, Options{Store: &spy{}})
	for _, token := range []string{"", "attackerchosen", strings.Repeat("a", 21), strings.Repeat("a", 129), sid + ".", sid[1:] + "\n", "../" + sid, sid[1:] + "\u00eb"} {
		if err := e.Open(t.Context(), token, &session.Snapshot{}); !errors.Is(err, session.ErrNotFound) {
			t.Errorf("%q: %v", token, err)
		}
	}
	if _, err := e.sid("8f6b4550-3821-41b9-b6d6-2b243a7542e2"); err != nil {
		t.Error("a UUID is refused")
	}
}

func TestUUID(t *testing.T) {
	e := newEngine(t, Options{Store: memkv.New(), UUID: true})
	id := e.NewID()
	if len(id) != 36 || id[14] != '4' || !strings.ContainsRune("89ab", rune(id[19])) || id == e.NewID() {
		t.Errorf("%q is no random UUID", id)
	}
}

// The signature is Flask-Session's; a wrong one or none is no session.
func TestSigner(t *testing.T) {
	const (
		secret = "test-secret-key-0123456789"
		signed = "E2GJS46CxFCt2mB-hudIdLA52srpDMOddy9LOozV-IY.g4JhKkzxn-SopD4tTdaRY6BcYII"
		uuid   = "491f3818-54f1-4c9e-ba6c-10693ea88cb4.zFFG0lho6G8paMh6trVv3uYlbHo"
	)
	kv := memkv.New()
	e := newEngine(t, Options{Store: kv, SecretKeys: []string{"a newer key", secret}})
	for _, token := range []string{signed, uuid} {
		id, _, _ := strings.Cut(token, ".")
		put(t, kv, "session:"+id, vectors[0].stored)
		var s session.Snapshot
		if err := e.Open(t.Context(), token, &s); err != nil || s.ID != id {
			t.Errorf("%v", err)
		}
		for _, wrong := range []string{id, id + ".", token[:len(token)-2] + "AA", strings.ToUpper(id) + token[len(id):]} {
			if err := e.Open(t.Context(), wrong, &s); !errors.Is(err, session.ErrNotFound) {
				t.Errorf("a wrong signature: %v", err)
			}
		}
		if got := newEngine(t, Options{Store: kv, SecretKeys: []string{secret}}).token(id); got != token {
			t.Errorf("signed as %s", got)
		}
	}
}

// A login gets a new ID, and nothing is left under the old one; in Flask the user is
// under username.
func TestLogin(t *testing.T) {
	kv := memkv.New()
	m := newManager(t, Options{Store: kv})
	put(t, kv, key, vectors[0].stored)
	w := request(t, m, sid, func(s *session.Session) { must(t, s.Login("ada")) })
	if len(w.Cookies()) != 1 || w.Cookies()[0].Value == sid {
		t.Fatal("the ID stays")
	}
	id := w.Cookies()[0].Value
	if _, err := kv.Get(t.Context(), key); !errors.Is(err, session.ErrNotFound) {
		t.Errorf("the old session is there: %v", err)
	}
	want := dictOf("_permanent", true, "a", int64(1), "s", "hi", "username", "ada")
	if got := dict(t, kv, "session:"+id); !reflect.DeepEqual(got, want) {
		t.Errorf("%#v", got)
	}
	s := open(t, m, id)
	if subject, err := s.Subject(); err != nil || subject != "ada" {
		t.Errorf("%q is signed in, %v", subject, err)
	}
	if has, err := s.Has("username"); err != nil || has {
		t.Errorf("the user is a value, %v", err)
	}
	must(t, s.Set("username", "eve"))
	if err := s.Save(); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("a user is set without a login: %v", err)
	}
	s = open(t, m, id)
	must(t, s.Login("bob"), s.Save())
	if got := dict(t, kv, "session:"+s.Token().Reveal()); !reflect.DeepEqual(got, dictOf("_permanent", true, "username", "bob")) {
		t.Errorf("another user finds %#v", got)
	}
}

func TestIntegerSubject(t *testing.T) {
	kv := memkv.New()
	m := newManager(t, Options{Store: kv, SubjectKey: "_user_id", IntegerSubject: true})
	s := m.New(t.Context())
	must(t, s.Login("42"), s.Save())
	token := s.Token().Reveal()
	if v, _ := dict(t, kv, "session:"+token).Get("_user_id"); v != int64(42) {
		t.Errorf("%#v", v)
	}
	if subject, err := open(t, m, token).Subject(); err != nil || subject != "42" {
		t.Errorf("%q, %v", subject, err)
	}
	s = m.New(t.Context())
	must(t, s.Login("ada"))
	if err := s.Save(); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("%v", err)
	}
	s = newManager(t, Options{Store: kv, SubjectKey: "-"}).New(t.Context())
	must(t, s.Login("42"))
	if err := s.Save(); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("%v", err)
	}
}

// Of a value that isn't what the application keeps there, a login takes the place.
func TestLoginOverAValue(t *testing.T) {
	kv := memkv.New()
	m := newManager(t, Options{Store: kv})
	put(t, kv, key, "\x82\xa8username\x07\xa1a\x01")
	s := open(t, m, sid)
	if v, err := session.Get[int](s, "username"); err != nil || v != 7 {
		t.Errorf("%v, %v", v, err)
	}
	must(t, s.Login("ada"), s.Save())
	if got := dict(t, kv, "session:"+s.Token().Reveal()); !reflect.DeepEqual(got, dictOf("username", "ada", "a", int64(1))) {
		t.Errorf("%#v", got)
	}
}

// What Flask writes between Go's look and Go's write is merged with it.
func TestConflict(t *testing.T) {
	kv := &spy{Store: memkv.New()}
	m := newManager(t, Options{Store: kv})
	put(t, kv, key, vectors[0].stored)
	s := open(t, m, sid)
	must(t, session.Update(s, "a", func(n *int) error { *n++; return nil }))
	kv.before = func() { put(t, kv.Store, key, "\x83\xa1a\x05\xa1s\xa2hi\xa1f\x01") }
	must(t, s.Save())
	if got := dict(t, kv, key); !reflect.DeepEqual(got, dictOf("a", int64(6), "s", "hi", "f", int64(1))) {
		t.Errorf("%#v", got)
	}
}

// What is ended meanwhile stays so, whatever the change is.
func TestEndedMeanwhile(t *testing.T) {
	for name, change := range map[string]func(*session.Session) error{
		"set": func(s *session.Session) error { return s.Set("b", 1) }, "login": func(s *session.Session) error { return s.Login("ada") },
		"rotate": (*session.Session).Rotate, "clear": (*session.Session).Clear,
	} {
		kv := &spy{Store: memkv.New()}
		m := newManager(t, Options{Store: kv})
		put(t, kv, key, vectors[0].stored)
		s := open(t, m, sid)
		must(t, change(s))
		kv.before = func() { must(t, m.End(t.Context(), sid)) }
		if err := s.Save(); !errors.Is(err, session.ErrEnded) {
			t.Errorf("%s: %v, want ErrEnded", name, err)
		}
		if _, err := kv.Get(t.Context(), key); !errors.Is(err, session.ErrNotFound) {
			t.Errorf("%s: it is back: %v", name, err)
		}
	}
}

// A rotation over what Flask has written meanwhile leaves one session, with all.
func TestRotateConflict(t *testing.T) {
	kv := &spy{Store: memkv.New()}
	m := newManager(t, Options{Store: kv})
	put(t, kv, key, vectors[0].stored)
	s := open(t, m, sid)
	must(t, s.Rotate(), s.Set("b", 2))
	kv.before = func() { put(t, kv.Store, key, "\x81\xa1f\x01") }
	must(t, s.Save())
	if _, err := kv.Get(t.Context(), key); !errors.Is(err, session.ErrNotFound) {
		t.Errorf("the old one is there: %v", err)
	}
	if got := dict(t, kv, "session:"+s.Token().Reveal()); !reflect.DeepEqual(got, dictOf("f", int64(1), "b", int64(2))) {
		t.Errorf("%#v", got)
	}
}

// A session with nothing in it is removed, and what comes then gets a new ID.
func TestEmptied(t *testing.T) {
	kv := memkv.New()
	m := newManager(t, Options{Store: kv})
	put(t, kv, key, vectors[0].stored)
	s := open(t, m, sid)
	must(t, s.Clear(), s.Save())
	if _, err := kv.Get(t.Context(), key); !errors.Is(err, session.ErrNotFound) {
		t.Errorf("it is there: %v", err)
	}
	must(t, s.Set("a", 1), s.Save())
	if _, err := kv.Get(t.Context(), key); !errors.Is(err, session.ErrNotFound) || s.Token() == sid {
		t.Errorf("its ID lives again: %v", err)
	}
	if got := dict(t, kv, "session:"+s.Token().Reveal()); !reflect.DeepEqual(got, dictOf("_permanent", true, "a", int64(1))) {
		t.Errorf("%#v", got)
	}
}

// Keys that aren't text are Flask's alone. They stay as long as anything does, and
// as the user does.
func TestOtherKeys(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*session.Session) error
		want   *python.Dict
	}{
		"set":    {func(s *session.Session) error { return s.Set("a", 2) }, dictOf(int64(1), "one", "username", "ada", "a", int64(2))},
		"delete": {func(s *session.Session) error { return errors.Join(s.Set("b", 2), s.Delete("a")) }, dictOf(int64(1), "one", "username", "ada", "b", int64(2))},
		"clear":  {(*session.Session).Clear, dictOf("username", "ada")},
		"login":  {func(s *session.Session) error { return errors.Join(s.Login("bob"), s.Set("b", 2)) }, dictOf("username", "bob", "b", int64(2))},
	} {
		kv := memkv.New()
		m := newManager(t, Options{Store: kv})
		put(t, kv, key, "\x83\x01\xa3one\xa8username\xa3ada\xa1a\x01")
		s := open(t, m, sid)
		must(t, c.change(s), s.Save())
		if got := dict(t, kv, "session:"+s.Token().Reveal()); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %#v", name, got)
		}
	}
}

func TestPermanent(t *testing.T) {
	kv := memkv.New()
	m := newManager(t, Options{Store: kv, NotPermanent: true})
	put(t, kv, key, "\x82\xa1a\x01\xaa_permanent\xc2")
	s := open(t, m, sid)
	must(t, s.Set("b", 1), s.Save())
	if got := dict(t, kv, key); !reflect.DeepEqual(got, dictOf("a", int64(1), "_permanent", false, "b", int64(1))) {
		t.Errorf("%#v", got)
	}
	must(t, s.SetPersistent(true), s.Save())
	if got := dict(t, kv, key); !reflect.DeepEqual(got, dictOf("a", int64(1), "b", int64(1), "_permanent", true)) {
		t.Errorf("%#v", got)
	}
	s = open(t, m, sid)
	if at, err := s.ExpiresAtBrowserClose(); err != nil || at {
		t.Errorf("it goes with the browser, %v", err)
	}
	must(t, s.SetPersistent(false), s.Save())
	if got := dict(t, kv, key); !reflect.DeepEqual(got, dictOf("a", int64(1), "b", int64(1))) {
		t.Errorf("%#v", got)
	}
}

// Flashes go both ways; what was a tuple is a list after MessagePack.
func TestFlashes(t *testing.T) {
	for _, v := range []string{vectors[3].stored, vectors[7].stored} {
		kv := memkv.New()
		m := newManager(t, Options{Store: kv})
		put(t, kv, key, v)
		s := open(t, m, sid)
		got, err := s.Flashes()
		want := []session.Flash{{Category: "message", Message: "hi"}, {Level: session.Error, Category: "error", Message: "no"}}
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%+v, %v", got, err)
		}
		must(t, s.AddFlash(session.Flash{Category: "message", Message: "hi"}), s.AddFlash(session.Flash{Category: "error", Message: "no"}), s.Save())
		if got := stored(t, kv, key); got != vectors[3].stored {
			t.Errorf("%q", got)
		}
	}
}

// Use of a session moves its end, as SESSION_REFRESH_EACH_REQUEST has it.
func TestRefresh(t *testing.T) {
	for _, noRefresh := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			kv := memkv.New()
			m := newManager(t, Options{Store: kv, Lifetime: time.Hour, NoRefresh: noRefresh})
			put(t, kv, key, vectors[0].stored)
			for range 3 {
				time.Sleep(40 * time.Minute)
				request(t, m, sid, func(s *session.Session) { _, _ = s.Get("a") })
			}
			if _, err := kv.Get(t.Context(), key); errors.Is(err, session.ErrNotFound) != noRefresh {
				t.Errorf("NoRefresh %v: %v", noRefresh, err)
			}
		})
	}
}

// A session of which nobody knows when it was used last is one to be touched, by any
// TouchEvery that is allowed and although some time has passed since the Manager's look at the clock.
func TestUnknownTime(t *testing.T) {
	const lifetime = 10 * time.Minute
	store := struct{ kv.Store }{memkv.New()} // which can't tell
	put(t, store, key, vectors[0].stored)
	before := time.Now()
	var s session.Snapshot
	must(t, newEngine(t, Options{Store: store, Lifetime: lifetime}).Open(t.Context(), sid, &s))
	if unseen := before.Sub(s.Expires.Add(-s.Idle)); unseen <= lifetime/10 || !s.Expires.After(before.Add(lifetime/2)) {
		t.Errorf("unseen for %v, expires %v later", unseen, s.Expires.Sub(before))
	}
}

// A change moves it in any case, and so that the cookie is there as long.
func TestChangeMovesEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		kv := memkv.New()
		m := newManager(t, Options{Store: kv, Lifetime: time.Hour, NoRefresh: true})
		put(t, kv, key, vectors[0].stored)
		for i := range 3 {
			time.Sleep(40 * time.Minute)
			request(t, m, sid, func(s *session.Session) { must(t, s.Set("a", i)) })
		}
		if _, err := kv.Get(t.Context(), key); err != nil {
			t.Error(err)
		}
	})
}

// After a change the end is told as it will be when that is saved.
func TestExpiryDateOfAChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		kv := memkv.New()
		m := newManager(t, Options{Store: kv, Lifetime: time.Hour, NoRefresh: true})
		put(t, kv, key, vectors[0].stored)
		time.Sleep(40 * time.Minute)
		request(t, m, sid, func(s *session.Session) {
			must(t, s.Set("a", 1))
			if until, err := s.ExpiryDate(); err != nil || time.Until(until) != time.Hour {
				t.Errorf("in %v, %v", time.Until(until), err)
			}
		})
	})
}

// Limits of one session have no place in the format.
func TestLimits(t *testing.T) {
	m := newManager(t, Options{Store: memkv.New()})
	for name, change := range map[string]func(*session.Session) error{
		"ExpireAfter": func(s *session.Session) error { return s.ExpireAfter(time.Hour) },
		"ExpireAt":    func(s *session.Session) error { return s.ExpireAt(time.Now().Add(time.Hour)) },
		"SetLimits":   func(s *session.Session) error { return s.SetLimits(session.Limits{Lifetime: time.Hour}) },
	} {
		s := m.New(t.Context())
		must(t, s.Set("a", 1), change(s))
		if err := s.Save(); !errors.Is(err, errors.ErrUnsupported) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestOptions(t *testing.T) {
	folder, err := OpenFolder(t.TempDir(), FolderOptions{})
	must(t, err)
	store := memkv.New()
	for name, o := range map[string]Options{
		"no store": {}, "long prefix": {Store: store, Prefix: strings.Repeat("p", 200)}, "prefix with a space": {Store: store, Prefix: "a b"},
		"short IDs": {Store: store, IDLength: 15}, "long IDs": {Store: store, IDLength: 65}, "no lifetime": {Store: store, Lifetime: -1},
		"long lifetime": {Store: store, Lifetime: 401 * 24 * time.Hour}, "flashes as subject": {Store: store, SubjectKey: "_flashes"},
		"no format": {Store: store, Format: 99}, "MessagePack in a folder": {Store: folder, Format: Msgpack},
		"JSON in a folder": {Store: folder, Format: JSON}, "empty key": {Store: store, SecretKeys: []string{""}},
	} {
		if _, err := New(o); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

// Where the store has the prefix, the engine has none.
func TestNoPrefix(t *testing.T) {
	kv := memkv.New()
	s := newManager(t, Options{Store: kv, Prefix: "-"}).New(t.Context())
	must(t, s.Set("a", 1), s.Save())
	if got := dict(t, kv, s.Token().Reveal()); got.Len() != 2 {
		t.Errorf("%#v", got)
	}
}
