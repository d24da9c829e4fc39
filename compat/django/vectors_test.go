package django

import (
	"encoding/base64"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/compat/internal/payload"
	"github.com/coatcheck-go/session/compat/python"
	"github.com/coatcheck-go/session/kv/memkv"
)

// Every captured session is read, each of its values decoded and set again, and
// written: to the same bytes, unless they are compressed, since Python's zlib makes
// other choices.
func TestVectors(t *testing.T) {
	line := regexp.MustCompile(`(?m)^(db\.encode|cookie) (\S+) (\S+)$`)
	seen := 0
	for _, file := range captures {
		for _, m := range line.FindAllStringSubmatch(string(must[[]byte](t)(os.ReadFile(file))), -1) {
			seen++
			o := Options{}
			if m[1] == "db.encode" {
				o.Backend = memkv.New()
			}
			t.Run(file+" "+m[1]+" "+m[2], func(t *testing.T) { rewrite(t, newEngine(t, o), m[3]) })
		}
	}
	if seen < 20 {
		t.Fatalf("testdata holds %d sessions", seen)
	}
}

func rewrite(t *testing.T, e *Engine, text string) {
	t.Helper()
	entries, at, err := e.form.read(text)
	check(t, err)
	if !at.Equal(captured) {
		t.Errorf("signed at %v", at)
	}
	for i, was := range entries {
		var v any
		check(t, Codec{}.Unmarshal([]byte(was.raw), &v))
		entries[i].raw = string(must[[]byte](t)(Codec{}.Marshal(v)))
		if entries[i].raw != was.raw {
			t.Errorf("%v: %s became %s", was.key, was.raw, entries[i].raw)
		}
	}
	got := must[string](t)(e.form.write(entries, at))
	if got != text && !strings.HasPrefix(text, ".") {
		t.Errorf("%s became %s", text, got)
	}
	a, b := inflate(t, text), inflate(t, got)
	if a != b {
		t.Errorf("%s became %s", a, b)
	}
}

func inflate(t *testing.T, text string) string {
	t.Helper()
	data, _, _ := strings.Cut(text, ":")
	return string(must[[]byte](t)(payload.Decode(data, 1<<20)))
}

// Rows, files and what caches hold.
func TestVectors_Backends(t *testing.T) {
	for _, file := range captures {
		all := string(must[[]byte](t)(os.ReadFile(file)))
		for _, form := range []string{`(?m)^row \('\w+', '(\S+)', `, `(?m)^file \S+ \S+ '(\S+)'$`} {
			m := regexp.MustCompile(form).FindStringSubmatch(all)
			rewriteStored(t, newEngine(t, Options{Backend: memkv.New()}), m[1], `{"a":1}`, true)
		}
		cached := newEngine(t, Options{Backend: memkv.New(), Cache: true, Serializer: Pickle{Write: true, Protocol: 5}})
		b64 := regexp.MustCompile(`'(gAWV[\w+/]+)'`).FindStringSubmatch(all)[1]
		rewriteStored(t, cached, string(must[[]byte](t)(base64.StdEncoding.DecodeString(b64))), `{"a":1}`, true)
		m := regexp.MustCompile(`(?m)b'VALUE .* 1 31\\r\\n(.*)\\r\\nEND\\r\\n'$`).FindStringSubmatch(all)
		rewriteStored(t, cached, unrepr(m[1]), `{"a":1,"s":"hi"}`, true)
	}
}

func rewriteStored(t *testing.T, e *Engine, stored, want string, same bool) {
	t.Helper()
	entries, at, err := e.form.read(stored)
	check(t, err)
	if got := string(must[[]byte](t)(appendJSON(nil, entries))); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got := must[string](t)(e.form.write(entries, at)); (got == stored) != same {
		t.Errorf("%q became %q", stored, got)
	}
}

// unrepr reads the repr of bytes.
func unrepr(text string) string {
	return regexp.MustCompile(`\\x[0-9a-f]{2}`).ReplaceAllStringFunc(text, func(hex string) string {
		var b byte
		_, _ = fmt.Sscanf(hex, `\x%02x`, &b)
		return string([]byte{b})
	})
}

func TestVectors_Fallback(t *testing.T) {
	text, _, _ := strings.Cut(vector(t, captures[1], "signed-with-fallback"), " ")
	e := newEngine(t, Options{Backend: memkv.New(), SecretKeys: []string{testKey, "old-secret-key-111"}})
	rewriteStored(t, e, text, `{"a":1}`, false)
	if _, _, err := newEngine(t, Options{Backend: memkv.New()}).form.read(text); err == nil {
		t.Error("without the old key it is read all the same")
	}
}

func TestVectors_SHA1(t *testing.T) {
	legacy, cookie := vector(t, captures[0], "legacy(pre-3.1) encode"), vector(t, captures[0], "sha1 cookie")
	rewriteStored(t, newEngine(t, Options{Backend: memkv.New(), SHA1: WriteSHA1}), legacy, `{"a":1}`, true)
	rewriteStored(t, newEngine(t, Options{Backend: memkv.New(), SHA1: ReadSHA1}), legacy, `{"a":1}`, false)
	rewriteStored(t, newEngine(t, Options{SHA1: WriteSHA1}), cookie, `{"a":1}`, true)
	rewriteStored(t, newEngine(t, Options{SHA1: ReadSHA1}), cookie, `{"a":1}`, false)
	if _, _, err := newEngine(t, Options{Backend: memkv.New()}).form.read(legacy); err == nil {
		t.Error("read without being asked for")
	}
}

func TestVectors_AuthHash(t *testing.T) {
	const encoded = "pbkdf2_sha256$1$salt$hash="
	h := must[hasher](t)(Options{SecretKeys: []string{testKey, "old-secret-key-111"}}.hasher())
	if got, want := h.hash(encoded), vector(t, captures[1], "auth_hash"); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	old := strings.Trim(vector(t, captures[1], "auth_fallback"), "[']")
	if !h.verify(encoded, old) || h.verify(encoded+"x", old) || h.verify(encoded, "") || h.hash(encoded) == old {
		t.Error("the hash by the old key")
	}
}

func TestVectors_Messages(t *testing.T) {
	want := []session.Flash{
		{Level: session.Notice, Message: "hello"},
		{Level: session.Success, Message: "<b>ok</b>", HTML: true, Category: "x y"},
		{Level: session.Error, Message: "é"},
	}
	for _, file := range captures {
		stored := must[[]byte](t)(Codec{}.Marshal(vector(t, file, "_messages")))
		flashes := must[[]session.Flash](t)(Codec{}.UnmarshalFlashes(stored))
		if fmt.Sprint(flashes) != fmt.Sprint(want) {
			t.Errorf("%s: %v", file, flashes)
		}
		again := must[[]byte](t)(Codec{}.MarshalFlashes(flashes))
		if want := strings.Replace(string(stored), `\\u00e9\", \"\"]`, `\\u00e9\"]`, 1); string(again) != want {
			t.Errorf("%s: %s\nwant %s", file, again, want)
		}
	}
}

func TestVectors_Expiry(t *testing.T) {
	o := newEngine(t, Options{}).o
	text := strings.Trim(vector(t, captures[1], "_session_expiry dt"), "'")
	at := time.Date(2030, 1, 2, 3, 4, 5, 678901000, time.UTC)
	x := must[expiry](t)(o.readExpiry(`"` + text + `"`))
	if !x.until.Equal(at) || !x.persistent || o.writeExpiry(x) != `"`+text+`"` {
		t.Errorf("%+v %s", x, o.writeExpiry(x))
	}
	hour := must[expiry](t)(o.readExpiry(vector(t, captures[1], "_session_expiry int")))
	if hour.age != time.Hour || o.writeExpiry(hour) != "3600" {
		t.Errorf("%+v", hour)
	}
}

// What the backend that keeps a session in two forms needs.
func TestSigner(t *testing.T) {
	s := must[*Signer](t)(NewSigner(Options{SecretKeys: []string{testKey}}))
	d := must[*python.Dict](t)(s.Loads([]byte(vector(t, captures[1], "db.encode mixed"))))
	text := must[[]byte](t)(s.Dumps(d))
	pickled := must[string](t)(s.Encode(Pickle{Write: true})(string(text)))
	again := must[*python.Dict](t)(Pickle{}.Loads([]byte(pickled)))
	if got := inflate(t, string(must[[]byte](t)(s.Dumps(again)))); got != inflate(t, string(text)) || len(got) < 50 {
		t.Errorf("%s", got)
	}
	if _, err := s.Loads([]byte(string(text) + "x")); err == nil {
		t.Error("a wrong signature passed")
	}
	if _, err := s.Encode(Pickle{Write: true})("x"); err == nil {
		t.Error("what isn't signed was encoded")
	}
	if _, err := NewSigner(Options{}); err == nil {
		t.Error("no key")
	}
}

func TestSigner_Expiry(t *testing.T) {
	s := must[*Signer](t)(NewSigner(Options{SecretKeys: []string{testKey}}))
	at := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	for json, want := range map[string]time.Time{
		`{}`: {}, `[`: {}, `{"_session_expiry":0}`: {}, `{"_session_expiry":null}`: {}, `{"_session_expiry":[]}`: {},
		`{"_session_expiry":60}`: captured.Add(time.Minute), `{"_session_expiry":"2030-01-02T03:04:05+00:00"}`: at,
	} {
		until, ok := s.Expiry(s.form.seal([]byte(json), captured), captured)
		if ok == want.IsZero() || !until.Equal(want) {
			t.Errorf("%s: %v %v", json, until, ok)
		}
	}
}

// Django makes an empty file first, and takes it for an empty session.
func TestEmptyFile(t *testing.T) {
	d := newDB(t, Options{})
	key := d.e.NewID()
	check(t, d.kv.Add(t.Context(), key, "", time.Hour))
	d.do(key, func(s *session.Session) error { return s.Set("a", 1) })
	if got := d.dict(key); got != `{"a":1}` {
		t.Error(got)
	}
}
