package djangopassword

import (
	"strings"
	"testing"

	"github.com/coatcheck-go/session/compat/django/password"
)

const (
	typed = "zoë's password"
	salt  = "0123456789abcdefghijkl"
)

// By Django 5.2's own hashers.
var vectors = map[string]struct {
	hasher  password.Hasher
	encoded string
}{
	"scrypt":        {Scrypt{}, "scrypt$16384$" + salt + "$8$5$9Z4Snt/D+iNwSkTEL7Qd8iR1Avd2Go6WlBc/otc48ujLBREAgPCGUOPNPv+t++IORLGjA6KxCSddvMbJ2h2UqQ=="},
	"scrypt, small": {Scrypt{WorkFactor: 1024, Parallelism: 2}, "scrypt$1024$" + salt + "$8$2$xGl0GephX8x3b7uua0TGfKxVap5aaJ84nuxs1WWaD9SuibpTDu3mHJxHG2Dd9/oMTy11/XhVKEOknkInfj32vw=="},
	"argon2":        {Argon2{}, "argon2$argon2id$v=19$m=102400,t=2,p=8$MDEyMzQ1Njc4OWFiY2RlZmdoaWprbA$OK/CBUdRTo6pesFdiQmvkCyIPSiy4ujdsWdOHRfqKWA"},
	"argon2, small": {Argon2{TimeCost: 1, MemoryCost: 1024, Parallelism: 2}, "argon2$argon2id$v=19$m=1024,t=1,p=2$MDEyMzQ1Njc4OWFiY2RlZmdoaWprbA$j9QjTt0O/mGddNd3jaWmj4tQNtxPsi8pth6DrwxNSaM"},
}

func TestVectors(t *testing.T) {
	for name, v := range vectors {
		if got, err := v.hasher.Encode(typed, salt); err != nil || got != v.encoded {
			t.Errorf("%s: %s, %v", name, got, err)
		}
		if ok, outdated, err := password.Check([]password.Hasher{v.hasher}, typed, v.encoded); err != nil || !ok || outdated {
			t.Errorf("%s: %v %v %v", name, ok, outdated, err)
		}
		if ok, err := v.hasher.Verify(typed+"x", v.encoded); err != nil || ok {
			t.Errorf("%s: another password: %v %v", name, ok, err)
		}
	}
}

func TestOutdated(t *testing.T) {
	small, cheap := vectors["scrypt, small"], vectors["argon2, small"]
	if !(Scrypt{}).Outdated(small.encoded) || !(Argon2{}).Outdated(cheap.encoded) || !(Scrypt{}).Outdated("scrypt") || !(Argon2{}).Outdated("argon2") {
		t.Error("another cost isn't outdated")
	}
	short, err := cheap.hasher.Encode(typed, "shortsalt")
	if err != nil || !cheap.hasher.Outdated(short) {
		t.Errorf("a short salt: %v", err)
	}
	argon2i := strings.Replace(cheap.encoded, "argon2id", "argon2i", 1)
	if ok, err := cheap.hasher.Verify(typed, argon2i); err != nil || ok || !cheap.hasher.Outdated(argon2i) {
		t.Errorf("argon2i: %v %v", ok, err)
	}
}

// Damaged rows are errors, and none asks for more than the machine has.
func TestDamaged(t *testing.T) {
	hash := "$xGl0GephX8x3b7uua0TGfKxVap5aaJ84nuxs1WWaD9SuibpTDu3mHJxHG2Dd9/oMTy11/XhVKEOknkInfj32vw=="
	for _, encoded := range []string{
		"scrypt", "scrypt$x$" + salt + "$8$5" + hash, "scrypt$0$" + salt + "$8$5" + hash, "scrypt$1024$$8$5" + hash, "scrypt$1000$" + salt + "$8$5" + hash,
		"scrypt$1073741824$" + salt + "$8$5" + hash, "scrypt$1024$" + salt + "$8$1000" + hash, "scrypt$1024$" + salt + "$1000000$1" + hash, "scrypt$1048576$" + salt + "$64$1" + hash,
		"scrypt$1024$" + salt + "$8$2$extra" + hash,
	} {
		if ok, err := (Scrypt{}).Verify(typed, encoded); ok || err == nil || strings.Contains(err.Error(), salt) {
			t.Errorf("%s: %v %v", encoded, ok, err)
		}
	}
	const rest = "$MDEyMzQ1Njc4OWFiY2RlZmdoaWprbA$j9QjTt0O/mGddNd3jaWmj4tQNtxPsi8pth6DrwxNSaM"
	for _, encoded := range []string{
		"argon2", "argon2$argon2d$v=19$m=1024,t=1,p=2" + rest, "argon2$argon2id$v=16$m=1024,t=1,p=2" + rest, "argon2$argon2id$v=19$m=0,t=1,p=2" + rest,
		"argon2$argon2id$v=19$m=1024,t=1,p=256" + rest, "argon2$argon2id$v=19$m=4000000,t=1,p=2" + rest, "argon2$argon2id$v=19$m=1024,t=1000,p=2" + rest,
		"argon2$argon2id$v=19$m=x" + rest, "argon2$argon2id$v=19$m=1024,t=1,p=2$%%$MDEy", "argon2$argon2id$v=19$m=1024,t=1,p=2$MDEy$",
	} {
		if ok, err := (Argon2{}).Verify(typed, encoded); ok || err == nil {
			t.Errorf("%s: %v %v", encoded, ok, err)
		}
	}
	for _, h := range []password.Hasher{Scrypt{WorkFactor: 1000}, Argon2{Parallelism: 256}, Argon2{TimeCost: -1}} {
		if _, err := h.Encode(typed, salt); err == nil {
			t.Errorf("%+v", h)
		}
	}
	for _, h := range []password.Hasher{Scrypt{}, Argon2{}} {
		for _, wrong := range []string{"", "a$b"} {
			if _, err := h.Encode(typed, wrong); err == nil {
				t.Errorf("salt %q", wrong)
			}
		}
	}
}
