package password

import (
	"errors"
	"strconv"
	"strings"
	"testing"

	"github.com/coatcheck-go/session/compat/internal/sha1test"
)

// TestMain leaves out the tests of SHA-1 where it may not be used
// (GODEBUG=fips140=only).
func TestMain(m *testing.M) { sha1test.Main(m, "test.skip", "SHA1") }

const (
	typed = "zoë's password"
	salt  = "0123456789abcdefghijkl"

	// By Django 5.2's own hashers.
	django     = "pbkdf2_sha256$1000$" + salt + "$E1pwsAFBnQsQpZ44Cq4zPPp7cJxZtE5dm8Cx4lgOqbU="
	djangoSHA1 = "pbkdf2_sha1$1000$" + salt + "$XIaWS8ZSvWEkAQuLoWgh5PJXNkQ="
)

var quick = PBKDF2{Iterations: 1000}

func TestVector(t *testing.T)     { vector(t, quick, django) }
func TestVectorSHA1(t *testing.T) { vector(t, PBKDF2{SHA1: true, Iterations: 1000}, djangoSHA1) }

func vector(t *testing.T, h PBKDF2, encoded string) {
	t.Helper()
	if got, err := h.Encode(typed, salt); err != nil || got != encoded {
		t.Errorf("%s, %v", got, err)
	}
	if ok, outdated, err := Check([]Hasher{h}, typed, encoded); err != nil || !ok || outdated {
		t.Errorf("%v %v %v", ok, outdated, err)
	}
	for _, wrong := range []string{"", "zoë's", typed + "x"} {
		if ok, outdated, err := Check([]Hasher{h}, wrong, encoded); err != nil || ok || outdated {
			t.Errorf("%q: %v %v %v", wrong, ok, outdated, err)
		}
	}
}

func TestMake(t *testing.T) {
	a, errA := Make([]Hasher{quick}, typed)
	b, errB := Make([]Hasher{quick}, typed)
	if err := errors.Join(errA, errB); err != nil || a == b || ShortSalt(strings.Split(a, "$")[2]) {
		t.Fatalf("%s %s %v", a, b, err)
	}
	if ok, outdated, err := Check([]Hasher{quick}, typed, a); err != nil || !ok || outdated {
		t.Errorf("%v %v %v", ok, outdated, err)
	}
	if salt := NewSalt(); len(salt) != 22 || strings.Trim(salt, saltChars) != "" {
		t.Error(salt)
	}
}

func TestOutdated(t *testing.T) {
	short, err := quick.Encode(typed, "0123456789abcdef")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		hashers []Hasher
		encoded string
	}{
		"more iterations now": {[]Hasher{PBKDF2{Iterations: 1001}}, django},
		"a short salt":        {[]Hasher{quick}, short},
		"another algorithm":   {[]Hasher{PBKDF2{SHA1: true, Iterations: 1000}, quick}, django},
	} {
		if ok, outdated, err := Check(c.hashers, typed, c.encoded); err != nil || !ok || !outdated {
			t.Errorf("%s: %v %v %v", name, ok, outdated, err)
		}
	}
	if !quick.Outdated("junk") {
		t.Error("junk isn't outdated")
	}
}

// Who has no password can't log in by any, and that takes a hash all the same.
func TestUnusable(t *testing.T) {
	counted := &counter{PBKDF2: quick}
	for _, encoded := range []string{"", "!", "!abcdef"} {
		if ok, outdated, err := Check([]Hasher{counted}, "", encoded); ok || outdated || err != nil {
			t.Errorf("%q: %v %v %v", encoded, ok, outdated, err)
		}
	}
	ok, _, err := Check([]Hasher{counted}, typed, "md5$salt$abc")
	if ok || !errors.Is(err, ErrUnknown) || counted.n != 4 {
		t.Errorf("%v %v, %d hashes", ok, err, counted.n)
	}
}

type counter struct {
	PBKDF2
	n int
}

func (c *counter) Encode(password, salt string) (string, error) {
	c.n++
	return c.PBKDF2.Encode(password, salt)
}

// A wrong password takes as long with an old hash as with a new one; a right one may be
// quicker.
func TestHarden(t *testing.T) {
	for want, c := range map[string]struct {
		hasher         Hasher
		typed, encoded string
	}{
		"4000": {PBKDF2{Iterations: 5000}, "wrong", django},
		"0":    {quick, "wrong", django},
		"-1":   {PBKDF2{Iterations: 999}, "wrong", django},
		"none": {PBKDF2{Iterations: 5000}, typed, django},
		"no":   {PBKDF2{SHA1: true, Iterations: 5000}, "wrong", django}, // another algorithm's time tells anyway
	} {
		spy := &hardened{PBKDF2: PBKDF2{Iterations: c.hasher.(PBKDF2).Iterations}, got: "none"}
		hashers := []Hasher{spy}
		if c.hasher.Algorithm() != spy.Algorithm() {
			hashers, spy.got = []Hasher{c.hasher, spy}, "no"
		}
		if _, _, err := Check(hashers, c.typed, c.encoded); err != nil || spy.got != want {
			t.Errorf("%s iterations more, %v, want %s", spy.got, err, want)
		}
	}
	if n, _ := quick.missing("junk"); n != 0 {
		t.Errorf("junk misses %d iterations", n)
	}
	quick.Harden(typed, "junk")
}

// hardened tells how many iterations more it was asked for.
type hardened struct {
	PBKDF2
	got string
}

func (h *hardened) Harden(password, encoded string) {
	n, _ := h.missing(encoded)
	h.got = strconv.Itoa(n)
	h.PBKDF2.Harden(password, encoded)
}

func TestDamaged(t *testing.T) {
	for _, encoded := range []string{
		"pbkdf2_sha256$", "pbkdf2_sha256$x$" + salt + "$h", "pbkdf2_sha256$0$" + salt + "$h", "pbkdf2_sha256$-1$" + salt + "$h", "pbkdf2_sha256$1000$$h",
		"pbkdf2_sha256$10001$" + salt + "$h", "pbkdf2_sha256$1000",
	} {
		if ok, _, err := Check([]Hasher{quick}, typed, encoded); ok || err == nil || strings.Contains(err.Error(), salt) {
			t.Errorf("%s: %v %v", encoded, ok, err)
		}
	}
	for _, wrong := range []string{"", "a$b"} {
		if _, err := quick.Encode(typed, wrong); err == nil {
			t.Errorf("salt %q", wrong)
		}
	}
	if _, err := (PBKDF2{Iterations: -1}).Encode(typed, salt); err == nil {
		t.Error("negative iterations")
	}
	_, errMake := Make(nil, typed)
	if _, _, err := Check(nil, typed, django); err == nil || errMake == nil {
		t.Error("no hashers")
	}
}
