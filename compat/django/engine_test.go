package django

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/compat/python"
	"github.com/coatcheck-go/session/kv/memkv"
)

func TestSessionKeys(t *testing.T) {
	e := newEngine(t, Options{})
	seen := map[byte]int{}
	for range 2000 {
		key := e.NewID()
		if !isKey(key) {
			t.Fatal(key)
		}
		for i := range len(key) {
			seen[key[i]]++
		}
	}
	for c, n := range seen {
		if len(seen) != 36 || n < 1400 || n > 2200 { // 1778 expected, nine standard deviations away
			t.Errorf("%c comes %d times, %d characters in all", c, n, len(seen))
		}
	}
}

// A key of another form costs no look-up, and no key that came is taken for a new
// session.
func TestKeysAreNeverAdopted(t *testing.T) {
	d := newDB(t, Options{})
	for _, key := range []string{"abc", strings.Repeat("A", 32), strings.Repeat("a", 31), strings.Repeat("a", 33), strings.Repeat("a", 31) + "_"} {
		var s session.Snapshot
		wantErr(t, key, d.e.Open(t.Context(), key, &s), session.ErrMalformed)
	}
	unknown := strings.Repeat("a", 32)
	res := d.visit(unknown, func(_ http.ResponseWriter, s *session.Session) { check(t, s.Set("a", 1)) })
	c := res.Cookies()
	if len(c) != 1 || c[0].Value == unknown || d.dict(c[0].Value) != `{"a":1}` || d.dict(unknown) != "" {
		t.Errorf("%v", c)
	}
}

// What nobody changes is kept as it stands, in its place.
func TestUnknownIsKept(t *testing.T) {
	const json = `{"z":1.0,"_flashes":[1],"n":1e+400,"u":"\u00e9\ud800","o":{"b":1,"a":2},"big":123456789012345678901234567890,"a":NaN}`
	d := newDB(t, Options{})
	key := d.put(json)
	d.do(key, func(s *session.Session) error { return s.Set("new", "é<") })
	if got, want := d.dict(key), strings.TrimSuffix(json, "}")+`,"new":"\u00e9<"}`; got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	d.do(key, func(s *session.Session) error { return errors.Join(s.Set("o", 1), s.Delete("z")) })
	if got := d.dict(key); !strings.HasPrefix(got, `{"_flashes":[1],"n":1e+400,"u":"\u00e9\ud800","o":1,"big"`) {
		t.Error(got)
	}
	d.do(key, func(s *session.Session) error { return s.Clear() })
	if got := d.dict(key); got != "{}" {
		t.Error(got)
	}
}

func TestReservedKeysAreNoValues(t *testing.T) {
	d := newDB(t, Options{})
	for _, key := range []string{userKey, backendKey, hashKey, expiryKey, messagesKey} {
		s := d.m.New(t.Context())
		check(t, s.Set(key, "1"))
		wantErr(t, key, s.Save(), errors.ErrUnsupported)
	}
}

// A write of Django's in between is merged with ours; Go's own, too.
func TestConflictsAreMerged(t *testing.T) {
	d := newDB(t, Options{})
	key := d.put(`{"a":1}`)
	s, other := d.open(key), d.open(key)
	d.set(key, `{"a":1,"django":2}`)
	check(t, s.Set("b", 3), s.Save())
	check(t, other.Set("c", 4), other.Save())
	if got := d.dict(key); got != `{"a":1,"django":2,"b":3,"c":4}` {
		t.Error(got)
	}
}

// A row that is gone is not made again.
func TestVanishedIsEnded(t *testing.T) {
	d := newDB(t, Options{})
	key := d.put(`{"a":1}`)
	s := d.open(key)
	check(t, d.kv.Delete(t.Context(), key), s.Set("b", 1))
	wantErr(t, "save", s.Save(), session.ErrEnded)
	var sn session.Snapshot
	wantErr(t, "open", d.e.Open(t.Context(), key, &sn), session.ErrNotFound)
	res := d.visit(d.put(`{}`), func(_ http.ResponseWriter, s *session.Session) {
		check(t, s.Set("a", 1), d.kv.Delete(t.Context(), s.Token().Reveal()))
	})
	if res.StatusCode != http.StatusConflict {
		t.Errorf("status %d", res.StatusCode)
	}
}

func TestRotate(t *testing.T) {
	d := newDB(t, Options{})
	key := d.put(`{"a":1}`)
	next := d.do(key, func(s *session.Session) error { return s.Rotate() })
	if next == key || d.dict(key) != "" || d.dict(next) != `{"a":1}` {
		t.Errorf("%q %q", d.dict(key), d.dict(next))
	}
	late := d.open(next)
	check(t, late.Rotate())
	d.set(next, `{"a":2}`) // by Django, meanwhile
	check(t, late.Save())
	if got := d.dict(late.Token().Reveal()); got != `{"a":2}` || d.dict(next) != "" {
		t.Error(got)
	}
	gone := d.open(late.Token().Reveal())
	check(t, gone.Rotate(), d.kv.Delete(t.Context(), late.Token().Reveal()))
	wantErr(t, "rotate", gone.Save(), session.ErrEnded)
	if n := d.kv.live(t.Context()); n != 0 {
		t.Errorf("%d sessions are left", n)
	}
}

func TestDestroy(t *testing.T) {
	d := newDB(t, Options{})
	key := d.put(`{"a":1}`)
	res := d.visit(key, func(_ http.ResponseWriter, s *session.Session) { check(t, s.Destroy(), s.Set("b", 1)) })
	c := res.Cookies()
	if len(c) != 1 || c[0].Value == key || d.dict(c[0].Value) != `{"b":1}` || d.dict(key) != "" {
		t.Errorf("%v", c)
	}
}

// An expiryForm is one of set_expiry's: what was stored, what is done, and what is then
// stored and the case.
type expiryForm struct {
	was     string
	act     func(*session.Session) error
	want    string
	age     time.Duration
	browser bool
}

func (f expiryForm) ends(t *testing.T, name string, s *session.Session) {
	t.Helper()
	age, closes := must[time.Duration](t)(s.ExpiryAge()), must[bool](t)(s.ExpiresAtBrowserClose())
	if (age-f.age).Abs() > 5*time.Second || closes != f.browser {
		t.Errorf("%s: age %v, want %v; with the browser: %v", name, age, f.age, closes)
	}
}

// The forms of set_expiry, as they are written and as they are read again.
func TestExpiry(t *testing.T) {
	at := time.Now().Add(30 * 24 * time.Hour).Truncate(time.Microsecond)
	forms := map[string]expiryForm{
		"none":                {`{}`, func(s *session.Session) error { return s.Set("a", 1) }, `{"a":1}`, defaultCookieAge, false},
		"seconds":             {`{}`, func(s *session.Session) error { return s.ExpireAfter(time.Hour) }, `{"_session_expiry":3600}`, time.Hour, false},
		"a lifetime":          {`{}`, func(s *session.Session) error { return s.SetLimits(session.Limits{Lifetime: time.Hour}) }, `{"_session_expiry":3600}`, time.Hour, false},
		"browser":             {`{}`, (*session.Session).ExpireAtBrowserClose, `{"_session_expiry":0}`, defaultCookieAge, true},
		"not persistent":      {`{}`, func(s *session.Session) error { return s.SetPersistent(false) }, `{"_session_expiry":0}`, defaultCookieAge, true},
		"a time":              {`{}`, func(s *session.Session) error { return s.ExpireAt(at) }, `{"_session_expiry":"` + isoTime(at.UTC(), true) + `"}`, time.Until(at), false},
		"seconds, then none":  {`{"_session_expiry":5000}`, (*session.Session).ExpireDefault, `{}`, defaultCookieAge, false},
		"browser, then none":  {`{"_session_expiry":0}`, (*session.Session).ExpireDefault, `{}`, defaultCookieAge, false},
		"a time, then none":   {`{"_session_expiry":"2100-01-02T03:04:05+00:00"}`, (*session.Session).ExpireDefault, `{}`, defaultCookieAge, false},
		"seconds, then time":  {`{"_session_expiry":60}`, func(s *session.Session) error { return s.ExpireAt(at) }, `{"_session_expiry":"` + isoTime(at.UTC(), true) + `"}`, time.Until(at), false},
		"time, then seconds":  {`{"_session_expiry":"2100-01-02T03:04:05+00:00"}`, func(s *session.Session) error { return s.ExpireAfter(time.Minute) }, `{"_session_expiry":60}`, time.Minute, false},
		"browser, persistent": {`{"_session_expiry":0}`, func(s *session.Session) error { return s.SetPersistent(true) }, `{}`, defaultCookieAge, false},
		"a float stays":       {`{"_session_expiry":3600.5}`, func(s *session.Session) error { return s.Set("a", 1) }, `{"_session_expiry":3600.5,"a":1}`, 3600500 * time.Millisecond, false},
		"null stays":          {`{"_session_expiry":null}`, func(s *session.Session) error { return s.Set("a", 1) }, `{"_session_expiry":null,"a":1}`, defaultCookieAge, false},
	}
	for name, f := range forms {
		d := newDB(t, Options{})
		key := d.put(f.was)
		s := d.open(key)
		check(t, f.act(s))
		f.ends(t, name+", not saved yet", s)
		check(t, s.Save())
		if got := d.dict(key); got != f.want {
			t.Errorf("%s: %s, want %s", name, got, f.want)
		}
		f.ends(t, name, d.open(key))
	}
}

func TestExpiry_Unsupported(t *testing.T) {
	d := newDB(t, Options{})
	s := d.open(d.put(`{}`))
	check(t, s.ExpireAfter(time.Hour), s.SetPersistent(false))
	wantErr(t, "a limit that ends with the browser", s.Save(), errors.ErrUnsupported)
	for _, raw := range []string{`"soon"`, `[1]`, `true`, `""`, `{}`, `NaN`} {
		var sn session.Snapshot
		wantErr(t, raw, d.e.Open(t.Context(), d.put(`{"_session_expiry":`+raw+`}`), &sn), session.ErrBroken)
	}
}

// With SESSION_EXPIRE_AT_BROWSER_CLOSE the defaults change their places.
func TestExpiry_BrowserClose(t *testing.T) {
	d := newDB(t, Options{BrowserClose: true})
	key := d.put(`{}`)
	if s := d.open(key); !must[bool](t)(s.ExpiresAtBrowserClose()) {
		t.Error("the cookie outlives the browser")
	}
	d.do(key, func(s *session.Session) error { return s.SetPersistent(true) })
	if got := d.dict(key); got != `{"_session_expiry":1209600}` {
		t.Error(got)
	}
	d.do(key, (*session.Session).ExpireDefault)
	if got := d.dict(key); got != `{}` {
		t.Error(got)
	}
}

func TestExpiry_LocalTimes(t *testing.T) {
	zone := time.FixedZone("there", 3*3600)
	o := newEngine(t, Options{Zone: zone}).o
	at := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	raw := o.writeExpiry(expiry{until: at, persistent: true})
	if raw != `"2030-01-02T06:04:05"` || !must[expiry](t)(o.readExpiry(raw)).until.Equal(at) {
		t.Error(raw)
	}
	for _, raw := range []string{`"2030-01-02 06:04:05"`, `"2030-01-02T03:04:05Z"`, `"2030-01-02T03:04:05.000000+00:00"`} {
		if x := must[expiry](t)(o.readExpiry(raw)); !x.until.Equal(at) {
			t.Errorf("%s: %v", raw, x.until)
		}
	}
}

// A session ends when its time is over, by Go's clock, and in the backend.
func TestExpiry_Ends(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDB(t, Options{})
		s := d.m.New(t.Context())
		check(t, s.Set("a", 1), s.ExpireAfter(time.Hour), s.Save())
		token := s.Token()
		time.Sleep(50 * time.Minute)
		check(t, d.open(token.Reveal()).Save()) // reading is no activity
		s = d.open(token.Reveal())
		check(t, s.Set("a", 2), s.Save())
		time.Sleep(50 * time.Minute)
		d.open(token.Reveal())
		time.Sleep(11 * time.Minute)
		if exists := must[bool](t)(d.m.Exists(t.Context(), token)); exists || d.kv.live(t.Context()) != 0 {
			t.Error("it lives on")
		}
	})
}

func TestSignedCookies(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newManager(t, Options{})
		s := m.New(t.Context())
		check(t, s.Set("a", 1), s.Save())
		first := s.Token()
		if data, _, err := newEngine(t, Options{}).form.signer.Open(first.Reveal()); err != nil || string(data) != `{"a":1}` {
			t.Errorf("%s %v", data, err)
		}
		again := must[*session.Session](t)(m.Open(t.Context(), first))
		check(t, again.Delete("a"), again.Save())
		if data, _, err := newEngine(t, Options{}).form.signer.Open(again.Token().Reveal()); err != nil || string(data) != `{}` {
			t.Errorf("%s %v", data, err)
		}
		check(t, again.Set("long", strings.Repeat("x", 3000)))
		check(t, again.Save()) // it compresses well
		_, err := m.Open(t.Context(), first+"x")
		wantErr(t, "a wrong signature", err, session.ErrNotFound)
		_, err = m.Open(t.Context(), "junk")
		wantErr(t, "junk", err, session.ErrNotFound)
		time.Sleep(defaultCookieAge + 2*time.Second)
		_, err = m.Open(t.Context(), first)
		wantErr(t, "too old", err, session.ErrNotFound)
	})
}

// Django drops a cookie after SESSION_COOKIE_AGE, whatever the session says itself.
func TestSignedCookies_Age(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newManager(t, Options{})
		s := m.New(t.Context())
		check(t, s.Set("a", 1), s.ExpireAfter(30*24*time.Hour), s.Save())
		time.Sleep(defaultCookieAge - time.Minute)
		must[*session.Session](t)(m.Open(t.Context(), s.Token()))
		time.Sleep(2 * time.Minute)
		_, err := m.Open(t.Context(), s.Token())
		wantErr(t, "too old", err, session.ErrNotFound)
	})
}

func TestSignedCookies_TooLarge(t *testing.T) {
	e := newEngine(t, Options{})
	s := session.Snapshot{ID: e.NewID(), Saved: time.Now(), Lifetime: defaultCookieAge, Persistent: true, MaxToken: 100}
	s.Values.Set("a", `"`+e.NewID()+e.NewID()+e.NewID()+`"`)
	_, err := e.Keep(t.Context(), &session.Snapshot{}, &s, 0)
	wantErr(t, "keep", err, session.ErrTooLarge)
}

// Every kind of value in a pickle: what isn't changed is kept, also what JSON can't
// tell from something else.
func TestPickledSessions(t *testing.T) {
	d := newDB(t, Options{Cache: true})
	dict := &python.Dict{}
	dict.Set("tuple", python.Tuple{int64(1), "x"})
	dict.Set("bytes", []byte("raw"))
	dict.Set(int64(5), "no text")
	dict.Set("when", time.Date(2030, 1, 2, 3, 4, 5, 6000, time.UTC))
	dict.Set("set", python.Set{int64(1)})
	dict.Set("price", python.Decimal("1.50"))
	dict.Set("nested", []any{python.Naive{Time: time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)}, python.Date{Year: 2030, Month: 1, Day: 2}})
	key := d.put(string(must[[]byte](t)(Pickle{Write: true}.Dumps(dict))))
	d.do(key, func(s *session.Session) error {
		items := must[map[string]any](t)(s.Items())
		want := map[string]any{
			"tuple": []any{json.Number("1"), "x"}, "bytes": "cmF3", "when": "2030-01-02T03:04:05.000006+00:00", "set": []any{json.Number("1")},
			"price": "1.50", "nested": []any{"2030-01-02T03:04:05", "2030-01-02"},
		}
		if got, want := string(must[[]byte](t)(json.Marshal(items))), string(must[[]byte](t)(json.Marshal(want))); got != want {
			t.Errorf("%s\nwant %s", got, want)
		}
		return s.Set("added", map[string]any{"n": 1.5, "l": []int{1}})
	})
	stored := must[string](t)(d.kv.Get(t.Context(), key))
	added := &python.Dict{}
	added.Set("l", []any{int64(1)})
	added.Set("n", 1.5)
	dict.Set("added", added)
	if want := string(must[[]byte](t)(Pickle{Write: true}.Dumps(dict))); stored != want {
		t.Errorf("%q\nwant %q", stored, want)
	}
}

func TestPickleIsReadOnly(t *testing.T) {
	d := newDB(t, Options{Serializer: Pickle{}})
	dict := &python.Dict{}
	dict.Set("a", int64(1))
	key := d.put(string(must[[]byte](t)(Pickle{Write: true}.Dumps(dict))))
	s := d.open(key)
	if n := must[int](t)(session.Get[int](s, "a")); n != 1 {
		t.Error(n)
	}
	check(t, s.Set("b", 1))
	err := s.Save()
	wantErr(t, "save", err, ErrReadOnly)
	wantErr(t, "save", err, errors.ErrUnsupported)
	var sn session.Snapshot
	evil := d.put("cos\nsystem\n(S'true'\ntR.")
	wantErr(t, "a pickle that calls", d.e.Open(t.Context(), evil, &sn), session.ErrBroken)
}

// A serializer of the application's own.
func TestFunctions(t *testing.T) {
	lines := Functions{
		DumpsFunc: func(d *python.Dict) ([]byte, error) {
			var b strings.Builder
			for key, v := range d.All() {
				b.WriteString(key.(string) + "=" + v.(string) + "\n")
			}
			return []byte(b.String()), nil
		},
		LoadsFunc: func(data []byte) (*python.Dict, error) {
			d := &python.Dict{}
			for line := range strings.Lines(string(data)) {
				key, v, ok := strings.Cut(strings.TrimSpace(line), "=")
				if !ok {
					return nil, errors.New("no line")
				}
				d.Set(key, v)
			}
			return d, nil
		},
	}
	d := newDB(t, Options{Serializer: lines})
	key := d.put("a=1\n")
	d.do(key, func(s *session.Session) error { return s.Set("b", "2") })
	data, _, err := d.e.form.open(must[string](t)(d.kv.Get(t.Context(), key)))
	if err != nil || string(data) != "a=1\nb=2\n" {
		t.Errorf("%q %v", data, err)
	}
}

func TestBrokenSessions(t *testing.T) {
	d := newDB(t, Options{})
	for _, json := range []string{"", "[]", "{", "null", `{"a"}`} {
		var sn session.Snapshot
		wantErr(t, json, d.e.Open(t.Context(), d.put(json), &sn), session.ErrBroken)
	}
	key := d.e.NewID()
	check(t, d.kv.Add(t.Context(), key, "eyJhIjoxfQ:1r31eq:-erKf6X8XuUqGwrV8KEYexjqNCph05oz8-C135MZMYA", time.Hour))
	var sn session.Snapshot
	wantErr(t, "a wrong signature", d.e.Open(t.Context(), key, &sn), session.ErrBroken)
}

func TestTooLarge(t *testing.T) {
	e := newEngine(t, Options{Backend: memkv.New(), Cache: true})
	sn := session.Snapshot{ID: e.NewID(), Saved: time.Now(), Lifetime: defaultCookieAge, Persistent: true}
	sn.Values.Set("a", `"`+strings.Repeat("x", 1<<20)+`"`)
	_, err := e.Keep(t.Context(), &session.Snapshot{}, &sn, 0)
	wantErr(t, "keep", err, session.ErrTooLarge)
}

func TestOptions(t *testing.T) {
	for name, o := range map[string]Options{
		"no key":          {},
		"empty key":       {SecretKeys: []string{testKey, ""}},
		"cache nowhere":   {SecretKeys: []string{testKey}, Cache: true},
		"age":             {SecretKeys: []string{testKey}, CookieAge: 500 * 24 * time.Hour},
		"part of seconds": {SecretKeys: []string{testKey}, CookieAge: 1500 * time.Millisecond},
		"empty backend":   {SecretKeys: []string{testKey}, AuthBackends: []string{""}},
		"no such SHA1":    {SecretKeys: []string{testKey}, SHA1: WriteSHA1 + 1},
		"hash needs key":  {Backend: memkv.New(), Cache: true, UserPassword: passwords{}.get},
	} {
		if _, err := New(o); err == nil || strings.Contains(err.Error(), testKey) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := New(Options{Backend: memkv.New(), Cache: true}); err != nil {
		t.Errorf("a cache needs no key: %v", err)
	}
}

// Before Django 4.1 a time was a datetime, in a pickle, and nothing else.
func TestExpiry_Django3(t *testing.T) {
	at := time.Now().Add(time.Hour).Truncate(time.Microsecond)
	d := newDB(t, Options{Django3: true})
	s := d.open(d.put(`{}`))
	check(t, s.ExpireAt(at))
	wantErr(t, "a time in JSON", s.Save(), errors.ErrUnsupported)
	zone := time.FixedZone("there", 3600)
	for _, o := range []Options{{Django3: true, Cache: true}, {Django3: true, Cache: true, Zone: zone}} {
		d := newDB(t, o)
		s := d.m.New(t.Context())
		check(t, s.Set("a", 1), s.ExpireAt(at), s.Save())
		dict := must[*python.Dict](t)(Pickle{}.Loads([]byte(must[string](t)(d.kv.Get(t.Context(), s.Token().Reveal())))))
		var want any = at.UTC()
		if o.Zone != nil {
			want = python.Naive{Time: at.UTC().Add(time.Hour)}
		}
		if got, _ := dict.Get(expiryKey); got != want {
			t.Errorf("%v, want %v", got, want)
		}
		if end := must[time.Time](t)(d.open(s.Token().Reveal()).ExpiryDate()); !end.Equal(at) {
			t.Errorf("%v, want %v", end, at)
		}
	}
}
