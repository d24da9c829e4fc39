package django

import (
	"os"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/kv/memkv"
)

// Whatever the dict of a session holds, what is read is written again as it was.
func FuzzSession(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"a":1}`, `{"_session_expiry":0}`, `{"_session_expiry":"2030-01-02T03:04:05.678901+00:00"}`, `{"_messages":"[]","_flashes":1}`,
		`{"_auth_user_id":"1","_auth_user_backend":"b","_auth_user_hash":"h"}`, `{"f":1.0,"n":NaN,"u":"\ud800"}`, `[]`, ``,
	} {
		f.Add(seed)
	}
	e := newEngine(f, Options{Backend: memkv.New()})
	f.Fuzz(func(t *testing.T, json string) {
		key := e.NewID()
		check(t, e.o.Backend.Add(t.Context(), key, e.form.seal([]byte(json), time.Now()), time.Hour))
		var s session.Snapshot
		if e.Open(t.Context(), key, &s) != nil {
			return
		}
		before, next := s.State.(*state), s
		next.Saved = time.Now()
		if _, err := e.Keep(t.Context(), &s, &next, 0); err != nil {
			t.Fatalf("%q: %v", json, err)
		}
		after := next.State.(*state)
		if len(before.entries) != len(after.entries) && s.Values.Len() > 0 {
			t.Fatalf("%q: %v became %v", json, before.entries, after.entries)
		}
		for _, was := range after.entries {
			if is, ok := before.entry(was.key); !ok || is.raw != was.raw {
				t.Fatalf("%q: %v is new", json, was)
			}
		}
	})
}

// A form that was tampered with, or any text at all, is an error and nothing worse.
func FuzzTokens(f *testing.F) {
	for _, file := range captures {
		f.Add(vector(f, file, "cookie mixed"))
		f.Add(vector(f, file, "messages cookie"))
	}
	cookies := newEngine(f, Options{})
	m := must[*Messages](f)(NewMessages(MessagesOptions{SecretKeys: []string{testKey}}))
	f.Fuzz(func(t *testing.T, token string) {
		var s session.Snapshot
		_ = cookies.Open(t.Context(), token, &s)
		m.inCookie(token)
		_, _, _ = readMessages([]byte(token))
		readRepr(token)
		if isCSRF(token) && !isCSRF(unmask(token)) {
			t.Errorf("%q", token)
		}
	})
}

// The targets have seeds of their own; a crash that was found is kept beside them.
func TestSeedsExist(t *testing.T) {
	for _, dir := range []string{"FuzzSession", "FuzzTokens"} {
		if seeds, err := os.ReadDir("testdata/fuzz/" + dir); err != nil || len(seeds) == 0 {
			t.Errorf("%s: %v", dir, err)
		}
	}
}
