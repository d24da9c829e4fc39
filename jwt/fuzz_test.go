package jwt_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"os"
	"testing"
	"testing/synctest"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/jwt"
)

// fuzzSecret signs what FuzzOpen makes up.
var fuzzSecret = sha256.Sum256([]byte("known to everybody, for tests only"))

const fuzzKey = "k"

// FuzzOpen signs any header and claims with the Engine's own secret, and changes a byte of
// what it signed. What opens is kept and opens as the same session; what was
// changed never opens.
func FuzzOpen(f *testing.F) {
	secret, err := jwt.SecretKey(fuzzSecret[:])
	check(f, err)
	e, err := jwt.New(jwt.Options{Keys: []jwt.Key{secret.WithID(fuzzKey)}, Issuer: "i", Audience: "a"})
	check(f, errors.Join(err, e.Bind(session.Config{})))
	f.Fuzz(func(t *testing.T, head, claims string, at int, by byte) {
		synctest.Test(t, func(t *testing.T) { // where it is always the same time
			token := fuzzToken(head, claims)
			var s session.Snapshot
			if e.Open(t.Context(), token, &s) == nil {
				again(t, e, &s)
			}
			changed := []byte(token)
			changed[uint(at)%uint(len(changed))] ^= by | 1
			if e.Open(t.Context(), string(changed), &s) == nil {
				t.Errorf("opens with a changed byte: %q", changed)
			}
		})
	})
}

func fuzzToken(head, claims string) string {
	text := b64(head) + "." + b64(claims)
	mac := hmac.New(sha256.New, fuzzSecret[:])
	mac.Write([]byte(text))
	return text + "." + b64(string(mac.Sum(nil)))
}

// again keeps s, opens it, and compares.
func again(t *testing.T, e *jwt.Engine, s *session.Snapshot) {
	once, ok := through(t, e, s)
	if !ok {
		return // too long when written as Go does, or ended
	}
	twice, ok := through(t, e, &once)
	equal(t, "opens twice", ok, true)
	equal(t, "ID", once.ID, s.ID)
	equal(t, "session", binary(t, &twice), binary(t, &once))
	equal(t, "number of values", once.Values.Len(), s.Values.Len())
	s.Values, once.Values = session.Values{}, session.Values{} // Go's spelling of JSON may be another
	equal(t, "session but for its values", binary(t, &once), binary(t, s))
}

func through(t *testing.T, e *jwt.Engine, s *session.Snapshot) (opened session.Snapshot, ok bool) {
	token, err := e.Keep(t.Context(), &session.Snapshot{}, s, 0)
	return opened, err == nil && e.Open(t.Context(), token, &opened) == nil
}

// A fuzz target without seeds would find next to nothing.
func TestFuzzOpenHasSeeds(t *testing.T) {
	seeds, err := os.ReadDir("testdata/fuzz/FuzzOpen")
	check(t, err)
	if len(seeds) < 2 {
		t.Errorf("%d seeds", len(seeds))
	}
}
