package keyring_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/coatcheck-go/session/keyring"
)

// secret returns a fixed secret, a different one for each n.
func secret(n byte) []byte {
	b := make([]byte, 32)
	for i := range b {
		b[i] = byte(i*i*7) + byte(i)*n + n*41 + byte(i>>2)*n
	}
	return b
}

func newRing(t *testing.T, secrets ...[]byte) *keyring.Ring {
	t.Helper()
	ring, err := keyring.New(secrets...)
	if err != nil {
		t.Fatal(err)
	}
	return ring
}

func ids(ring *keyring.Ring) (all []keyring.ID) {
	for _, key := range ring.Keys() {
		all = append(all, key.ID())
	}
	return all
}

// TestR5_TheFirstKeySeals holds the order: the first given is the first (Flask sealed
// with the oldest).
func TestR5_TheFirstKeySeals(t *testing.T) {
	a, b := newRing(t, secret(1)).First().ID(), newRing(t, secret(2)).First().ID()
	ring := newRing(t, secret(1), secret(2))
	if a == b || ring.First().ID() != a || fmt.Sprint(ids(ring)) != fmt.Sprint([]keyring.ID{a, b}) {
		t.Errorf("first %v, all %v, want %v and %v", ring.First().ID(), ids(ring), a, b)
	}
	if ring.Find(b).ID() != b || ring.Find(keyring.ID{}) != nil {
		t.Error("keys are not found by their IDs alone")
	}
}

func TestR17_SecretsThatAreNotRandomAreRefused(t *testing.T) {
	long := strings.Repeat("correct horse battery staple ", 4)
	counted := make([]byte, 64)
	for i := range counted {
		counted[i] = byte(i)
	}
	for name, c := range map[string]struct {
		secret []byte
		want   string
	}{
		"empty":    {nil, "fewer than 32 bytes"},
		"31 bytes": {secret(1)[:31], "fewer than 32 bytes"},
		"zeros":    {make([]byte, 32), "not random"},
		"repeated": {bytes.Repeat(secret(1)[:8], 8), "not random"},
		"counted":  {counted, "not random"},
		"words":    {[]byte(long), "plain text"},
		"hex":      {[]byte(hex.EncodeToString(secret(1))), "plain text"},
	} {
		if _, err := keyring.New(secret(3), c.secret); err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "secret 2") {
			t.Errorf("%s: %v, want secret 2 and %q", name, err, c.want)
		}
	}
	if _, err := keyring.New(); err == nil {
		t.Error("no secret at all is taken")
	}
}

func TestRandomSecretsAreTaken(t *testing.T) {
	for range 20_000 {
		s := keyring.Generate()
		back, err := keyring.ParseSecret(s.Reveal())
		if err != nil || !bytes.Equal(back, s) {
			t.Fatalf("%x: %v", []byte(s), err)
		}
	}
}

func TestDuplicatesAreRefused(t *testing.T) {
	if _, err := keyring.New(secret(1), secret(2), secret(1)); err == nil || !strings.Contains(err.Error(), "remove one") {
		t.Errorf("%v", err)
	}
}

func TestFromEnv(t *testing.T) {
	texts := []string{
		keyring.Secret(secret(1)).Reveal(),
		hex.EncodeToString(secret(2)),
		base64.RawURLEncoding.EncodeToString(secret(3)),
		base64.StdEncoding.EncodeToString(secret(4)),
	}
	want := ids(newRing(t, secret(1), secret(2), secret(3), secret(4)))
	for _, separator := range []string{",", "\n", " ,\r\n"} {
		t.Setenv("TEST_KEYS", strings.Join(texts, separator))
		ring, err := keyring.FromEnv("TEST_KEYS")
		if err != nil {
			t.Fatal(err)
		}
		if fmt.Sprint(ids(ring)) != fmt.Sprint(want) {
			t.Errorf("%q: %v, want %v", separator, ids(ring), want)
		}
	}
}

func TestFromEnvErrorsShowNothing(t *testing.T) {
	for _, text := range []string{"", "hunter2hunter2!", "coatkey9_zzzzzzzz", "bm90IGxvbmcgZW5vdWdo"} {
		t.Setenv("TEST_KEYS", text)
		ring, err := keyring.FromEnv("TEST_KEYS")
		if ring != nil || err == nil || !strings.Contains(err.Error(), "TEST_KEYS") || text != "" && strings.Contains(err.Error(), text) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// A variable that is emptied while the program runs is named as well.
func TestFromEnvReloadNamesTheVariable(t *testing.T) {
	t.Setenv("TEST_KEYS", keyring.Secret(secret(1)).Reveal())
	ring, err := keyring.FromEnv("TEST_KEYS")
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("TEST_KEYS", "")
	if err := ring.Reload(); err == nil || !strings.Contains(err.Error(), "TEST_KEYS") {
		t.Errorf("%v", err)
	}
}

func TestReloadTakesChangesOrNothing(t *testing.T) {
	secrets, fail := [][]byte{secret(1)}, error(nil)
	ring, err := keyring.Func(func() ([][]byte, error) { return secrets, fail })
	if err != nil {
		t.Fatal(err)
	}
	old := ring.First()
	secrets = [][]byte{secret(2), secret(1)}
	if err := ring.Reload(); err != nil || ring.First() == old || ring.Find(old.ID()) != old {
		t.Errorf("a secret put in front: %v", err)
	}
	first := ring.First()
	fail = errors.New("vault is sealed")
	if err := ring.Reload(); !errors.Is(err, fail) || ring.First() != first {
		t.Errorf("a source that fails: %v", err)
	}
	secrets, fail = [][]byte{secret(3), nil}, nil
	if err := ring.Reload(); err == nil || ring.First() != first {
		t.Errorf("a secret that is refused: %v", err)
	}
	secrets = [][]byte{secret(2)}
	if err := ring.Reload(); err != nil || ring.Find(old.ID()) != nil {
		t.Errorf("a secret removed: %v", err)
	}
}

// TestR16_SubkeysDiffer takes lists that would run together without their lengths.
func TestR16_SubkeysDiffer(t *testing.T) {
	seen := map[string]string{}
	for n := range byte(2) {
		key := newRing(t, secret(n+1)).First()
		for _, parts := range [][]string{{"ab"}, {"a", "b"}, {"a", "b", ""}, {"", "ab"}, {"ab", ""}, {"key id"}} {
			sub, err := key.Subkey(32, parts[0], parts[1:]...)
			again, _ := key.Subkey(32, parts[0], parts[1:]...)
			if err != nil || len(sub) != 32 || !bytes.Equal(sub, again) {
				t.Fatalf("%q: %x, %x: %v", parts, sub, again, err)
			}
			name := fmt.Sprintf("secret %d, %q", n, parts)
			if other := seen[string(sub)]; other != "" {
				t.Errorf("%s and %s have the same subkey", name, other)
			}
			seen[string(sub)] = name
		}
	}
	if _, err := newRing(t, secret(1)).First().Subkey(8161, "too long"); err == nil {
		t.Error("a subkey longer than HKDF gives")
	}
}

// TestR17_KnownAnswers is from another program: testdata/derive.py.
func TestR17_KnownAnswers(t *testing.T) {
	key := newRing(t, secret(5)).First()
	if got, want := key.ID().String(), knownID; got != want {
		t.Errorf("ID %s, want %s", got, want)
	}
	sub, err := key.Subkey(48, "purpose", "context", "")
	if got := hex.EncodeToString(sub); err != nil || got != knownSubkey {
		t.Errorf("subkey %s, want %s (%v)", got, knownSubkey, err)
	}
}

func TestR20_KeysPrintHidden(t *testing.T) {
	s := keyring.Generate()
	ring := newRing(t, s)
	for _, v := range []any{s, ring, ring.First(), *ring.First()} {
		var log bytes.Buffer
		slog.New(slog.NewTextHandler(&log, nil)).Info("x", "v", v)
		jsonText, _ := json.Marshal(v)
		for _, text := range []string{fmt.Sprintf("%v %+v %#v %s %x %q %d", v, v, v, v, v, v, v), log.String(), string(jsonText)} {
			if !strings.Contains(text, "(hidden)") || strings.Contains(text, hex.EncodeToString(s[:4])) || strings.Contains(text, fmt.Sprint([]byte(s))[1:9]) {
				t.Errorf("%T: %s", v, text)
			}
		}
	}
}
