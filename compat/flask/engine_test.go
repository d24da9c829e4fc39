package flask

import (
	"crypto/sha1"
	"crypto/sha512"
	"errors"
	"hash"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/compat/internal/sha1test"
)

// Under GODEBUG=fips140=only Flask's digest is an error, not a panic. Elsewhere a
// digest that can't be used shows the same.
func TestNew_DigestNotAllowed(t *testing.T) {
	o := Options{SecretKeys: []string{testKey}}
	if sha1test.Allowed() {
		same := sha1.New()
		o.Digest = func() hash.Hash { return same }
	}
	if e, err := New(o); err == nil {
		t.Errorf("%v", e)
	}
}

func TestNew_Refused(t *testing.T) {
	for name, o := range map[string]Options{
		"no key": {}, "empty key": {SecretKeys: []string{"secret", ""}}, "short": {Lifetime: time.Millisecond}, "long": {Lifetime: 401 * 24 * time.Hour},
		"back": {BackDate: time.Hour}, "flashes": {SubjectKey: "_flashes"}, "permanent": {IDKey: "_permanent"}, "same": {SubjectKey: "a", IDKey: "a"},
		"derivation": {KeyDerivation: "secret2"}, "tag": {Tags: []Tag{{}}}, "negative": {Lifetime: -time.Hour},
	} {
		if o.SecretKeys == nil && name != "no key" {
			o.SecretKeys = []string{"secret"}
		}
		if e, err := New(o); err == nil || strings.Contains(err.Error(), `"secret"`) {
			t.Errorf("%s: %v, %v", name, e, err)
		}
	}
}

// What a cookie holds is where Coatcheck has it, and goes back.
func TestEngine_WhereThingsAre(t *testing.T) {
	m := newManager(t, Options{})
	token := seal(t, `{"_flashes":[{" t":["message","hi"]}],"_permanent":true,"b":1,"a":1.50,"username":"zo\u00eb"}`, time.Now())
	s := must[*session.Session](t)(m.Open(t.Context(), session.Token(token)))
	subject := must[string](t)(s.Subject())
	keys := must[[]string](t)(s.Keys())
	atClose := must[bool](t)(s.ExpiresAtBrowserClose())
	if subject != "zo\u00eb" || atClose || !slices.Equal(keys, []string{"_flashes", "b", "a"}) {
		t.Errorf("%q, %v, %v", subject, atClose, keys)
	}
	check(t, s.Set("c", []byte{1}))
	check(t, s.Save())
	if got, want := dictOf(t, s.Token().Reveal()), `{"_flashes":[{" t":["message","hi"]}],"_permanent":true,"a":1.50,"b":1,"c":{" b":"AQ=="},"username":"zo\u00eb"}`; got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

// Values that nobody touches keep their bytes, whatever they are.
func TestEngine_UntouchedBytes(t *testing.T) {
	m := newManager(t, Options{})
	const kept = `"":null,"f":1e+100,"i":123456789012345678901234567890,"l":[NaN,-Infinity,1.0],"s":"\ud800\/é","t":{" zz":{" d":"no date"}},"z\u00eb":false`
	s := must[*session.Session](t)(m.Open(t.Context(), session.Token(seal(t, " { \"x\" : 1, "+kept+" , \"x\":2} ", time.Now()))))
	check(t, s.Delete("x"))
	check(t, s.Save())
	if got := dictOf(t, s.Token().Reveal()); got != "{"+kept+"}" {
		t.Errorf("%s", got)
	}
}

// A whole session that would look like a tag is marked, in Flask's way.
func TestEngine_SessionThatLooksLikeATag(t *testing.T) {
	m := newManager(t, Options{})
	s := m.New(t.Context())
	check(t, s.Set(" t", 1))
	check(t, s.Save())
	token := s.Token()
	if got := dictOf(t, token.Reveal()); got != `{" di":{" t__":1}}` {
		t.Errorf("%s", got)
	}
	s = must[*session.Session](t)(m.Open(t.Context(), token))
	if n, err := session.Get[int](s, " t"); n != 1 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
}

func TestEngine_OpenRefuses(t *testing.T) {
	e := newEngine(t, Options{})
	now := time.Now()
	signed := func(payload string) string { // in the place of the payload of {}
		return e.signer.SealAt([]byte(payload), now)
	}
	for name, c := range map[string]struct {
		token string
		want  error
	}{
		"nothing": {"", session.ErrNotFound}, "no dots": {"secret", session.ErrNotFound}, "forged": {signed(`{}`) + "A", session.ErrNotFound},
		"another key": {seal(t, `{}`, now)[:20], session.ErrNotFound}, "tomorrow": {seal(t, `{"a":1}`, now.Add(24*time.Hour)), session.ErrNotFound},
		"no JSON": {signed(`secret`), session.ErrBroken}, "a list": {signed(`["secret"]`), session.ErrBroken}, "a tuple": {signed(`{" t":[]}`), session.ErrBroken},
		"cut off": {signed(`{"secret":1`), session.ErrBroken}, "two": {signed(`{} {}`), session.ErrBroken}, "not UTF-8": {signed("{\"a\":\"\xff\"}"), session.ErrBroken},
		"an escaped dict": {signed(`{" di":{"secret":1}}`), session.ErrBroken}, "an escaped list": {signed(`{" di":[]}`), session.ErrBroken},
		"a tag in place of a dict": {signed(`{" t":{" t__":1}}`), session.ErrBroken}, "two escaped": {signed(`{" di":{" t__":1," b__":1}}`), session.ErrBroken}, "a bad value": {signed(`{"a":[1,]}`), session.ErrBroken},
	} {
		var s session.Snapshot
		wantErr(t, name, e.Open(t.Context(), c.token, &s), c.want)
	}
}

// Where Flask answers 500, a visitor with an unreadable cookie gets a new session.
func TestEngine_UnreadableIsNew(t *testing.T) {
	s := newSite(t, newEngine(t, Options{}).Config(session.Config{}))
	token := s.do(seal(t, `[1]`, time.Now()), func(ss *session.Session) error { return ss.Set("a", 1) })
	if got := dictOf(t, token); got != `{"a":1}` {
		t.Errorf("%s", got)
	}
}

// Every cookie is good for Lifetime, permanent or not, to the second as in Flask; with
// each change it begins anew.
func TestEngine_Lifetime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newManager(t, Options{Lifetime: time.Hour})
		for _, data := range []string{`{"a":1}`, `{"_permanent":true,"a":1}`} {
			token := session.Token(seal(t, data, time.Now()))
			time.Sleep(time.Hour + time.Second - 1)
			s := must[*session.Session](t)(m.Open(t.Context(), token))
			check(t, s.Set("b", 1))
			for _, saved := range []bool{false, true} {
				if until, err := s.ExpiryDate(); err != nil || time.Until(until) != time.Hour {
					t.Errorf("after a change, saved %v: %v, %v", saved, time.Until(until), err)
				}
				check(t, s.Save())
			}
			time.Sleep(time.Nanosecond)
			if live, err := m.Exists(t.Context(), token); live || err != nil {
				t.Errorf("%s: alive after an hour and a second, %v", data, err)
			}
			if live, err := m.Exists(t.Context(), s.Token()); !live || err != nil {
				t.Errorf("%s: the newer cookie is dead, %v", data, err)
			}
		}
	})
}

// Our cookies are dated back, and those of a host whose clock is ahead are taken.
func TestEngine_BackDate(t *testing.T) {
	for _, c := range []struct {
		option, back, ahead time.Duration
	}{{0, time.Second, time.Second}, {3 * time.Second, 3 * time.Second, 3 * time.Second}, {-1, 0, 0}} {
		synctest.Test(t, func(t *testing.T) {
			e := newEngine(t, Options{BackDate: c.option})
			m := must[*session.Manager](t)(session.New(e.Config(session.Config{})))
			s := m.New(t.Context())
			check(t, s.Set("a", 1))
			check(t, s.Save())
			_, at, err := e.signer.Open(s.Token().Reveal())
			if err != nil || time.Since(at) != c.back {
				t.Errorf("signed %v ago, %v", time.Since(at), err)
			}
			for _, early := range []time.Duration{0, time.Second} {
				live, err := m.Exists(t.Context(), session.Token(seal(t, `{"a":1}`, time.Now().Add(c.ahead+early))))
				if err != nil || live != (early == 0) {
					t.Errorf("signed %v ahead: %v, %v", c.ahead+early, live, err)
				}
			}
		})
	}
}

// Fallbacks are accepted; the first key signs.
func TestEngine_Fallbacks(t *testing.T) {
	const newer = "newer key"
	for _, renew := range []bool{false, true} {
		o := Options{SecretKeys: []string{newer, testKey}, RenewFallbacks: renew}
		s := newSite(t, newEngine(t, o).Config(session.Config{}))
		old := seal(t, `{"a":1}`, time.Now())
		read := s.do(old, func(ss *session.Session) error { _, err := ss.Get("a"); return err })
		if (read != old) != renew {
			t.Errorf("renewed %v, want %v", read != old, renew)
		}
		written := s.do(old, func(ss *session.Session) error { return ss.Set("b", 1) })
		alone := newEngine(t, Options{SecretKeys: []string{newer}})
		var sn session.Snapshot
		check(t, alone.Open(t.Context(), written, &sn))
		again := s.do(written, func(ss *session.Session) error { _, err := ss.Get("a"); return err })
		if again != written {
			t.Error("a cookie of the first key is renewed")
		}
	}
}

// Salt, derivation and digest are the application's.
func TestEngine_OtherSignatures(t *testing.T) {
	base := newEngine(t, Options{})
	for name, o := range map[string]Options{
		"salt": {Salt: "other"}, "derivation": {KeyDerivation: "concat"}, "digest": {Digest: sha512.New},
	} {
		m := newManager(t, o)
		s := m.New(t.Context())
		check(t, s.Set("a", 1))
		check(t, s.Save())
		if live, err := m.Exists(t.Context(), s.Token()); !live || err != nil {
			t.Errorf("%s: %v, %v", name, live, err)
		}
		var sn session.Snapshot
		wantErr(t, name, base.Open(t.Context(), s.Token().Reveal(), &sn), session.ErrNotFound)
	}
}

// A permanent session is signed anew by each request, so that its end moves; unless it
// isn't wanted.
func TestEngine_Refresh(t *testing.T) {
	for _, noRefresh := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			s := newSite(t, newEngine(t, Options{NoRefresh: noRefresh}).Config(session.Config{}))
			token := seal(t, `{"_permanent":true,"a":1}`, time.Now())
			time.Sleep(time.Hour)
			res := s.visit(token, func(http.ResponseWriter, *session.Session) {})
			if noRefresh {
				if len(res.Cookies()) != 0 {
					t.Errorf("%v", res.Cookies())
				}
				return
			}
			_, at, err := newEngine(t, Options{}).signer.Open(res.Cookies()[0].Value)
			if err != nil || time.Since(at) != time.Second {
				t.Errorf("signed %v ago, %v", time.Since(at), err)
			}
		})
	}
}

// What the session itself says takes the place of a value that Flask kept.
func TestEngine_PermanentWasFalse(t *testing.T) {
	s := newSite(t, newEngine(t, Options{}).Config(session.Config{}))
	token := s.do(seal(t, `{"_permanent":false,"a":1}`, time.Now()), func(ss *session.Session) error { return ss.SetPersistent(true) })
	if got := dictOf(t, token); got != `{"_permanent":true,"a":1}` {
		t.Errorf("%s", got)
	}
}

// What a Flask session can't be is an error, not lost.
func TestEngine_WhatCantBeKept(t *testing.T) {
	for name, act := range map[string]func(*session.Session) error{
		"idle":       func(s *session.Session) error { return s.ExpireAfter(time.Hour) },
		"until":      func(s *session.Session) error { return s.ExpireAt(time.Now().Add(time.Hour)) },
		"limits":     func(s *session.Session) error { return s.SetLimits(session.AAL3) },
		"as a value": func(s *session.Session) error { return s.Set("username", "alice") },
		"not UTF-8":  func(s *session.Session) error { return s.Set("\xff", 1) },
		"no integer": func(s *session.Session) error { return s.Login("secret") },
	} {
		o := Options{IntegerSubject: name == "no integer"}
		s := newManager(t, o).New(t.Context())
		check(t, s.Set("a", 1))
		check(t, act(s))
		wantErr(t, name, s.Save(), errors.ErrUnsupported)
	}
	s := newManager(t, Options{SubjectKey: "-"}).New(t.Context())
	check(t, s.Login("alice"))
	wantErr(t, "nobody signs in", s.Save(), errors.ErrUnsupported)
}

// A Manager that wasn't made by Engine.Config is told of it.
func TestEngine_NotByConfig(t *testing.T) {
	e := newEngine(t, Options{})
	for name, c := range map[string]session.Config{
		"limits": {Engine: e, Codec: e.codec},
		"codec":  {Engine: e, Codec: session.Gob, Limits: session.Limits{Idle: session.NoIdle, Lifetime: defaultLifetime}},
	} {
		s := must[*session.Manager](t)(session.New(c)).New(t.Context())
		check(t, s.Set("a", "secret"))
		err := s.Save()
		wantErr(t, name, err, errors.ErrUnsupported)
		if err == nil || !strings.Contains(err.Error(), "Engine.Config") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestEngine_TooLarge(t *testing.T) {
	s := newSite(t, newEngine(t, Options{}).Config(session.Config{}))
	res := s.visit("", func(_ http.ResponseWriter, ss *session.Session) {
		check(t, ss.Set("k", noise(4000)))
	})
	if res.StatusCode != http.StatusRequestEntityTooLarge || len(res.Cookies()) != 0 {
		t.Errorf("%d, %v", res.StatusCode, res.Cookies())
	}
}

// noise is text that zlib can't make much shorter.
func noise(n int) string {
	var b strings.Builder
	for x := uint32(1); b.Len() < n; x = x*1664525 + 1013904223 {
		b.WriteByte('!' + byte(x>>24)%90)
	}
	return b.String()
}

// A handle is the same until something changes, with an ID over changes too.
func TestEngine_Handles(t *testing.T) {
	for _, idKey := range []string{"", "_id"} {
		m := newManager(t, Options{IDKey: idKey})
		s := m.New(t.Context())
		check(t, s.Set("a", 1))
		check(t, s.Save())
		first := must[session.Handle](t)(s.Handle())
		again := must[*session.Session](t)(m.Open(t.Context(), s.Token()))
		if h := must[session.Handle](t)(again.Handle()); h != first {
			t.Errorf("%q: %v, then %v", idKey, first, h)
		}
		check(t, again.Set("a", 2))
		check(t, again.Save())
		if h := must[session.Handle](t)(again.Handle()); (h == first) != (idKey != "") {
			t.Errorf("%q: %v, after a change %v", idKey, first, h)
		}
	}
}
