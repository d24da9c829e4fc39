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

// By Django 5.2's own hashers; each hash has a salt of its own, so none is made again.
func TestBcrypt(t *testing.T) {
	for encoded, h := range map[string]Bcrypt{
		"bcrypt_sha256$$2b$04$abcdefghijklmnopqrstuuS1WCF6/Zh6KFhDbCfSm.Y2etbkgwWxi": {Rounds: 4},
		"bcrypt_sha256$$2a$04$abcdefghijklmnopqrstuuS1WCF6/Zh6KFhDbCfSm.Y2etbkgwWxi": {Rounds: 4},
		"bcrypt$$2b$04$abcdefghijklmnopqrstuukWGS0DA89WE00AwfGhhej3vgHIvrO3m":        {Rounds: 4, Plain: true},
		"bcrypt_sha256$$2b$12$abcdefghijklmnopqrstuu2NSMR3uC64dc1gw5G7NzT/GDaXInwIW": {},
	} {
		if ok, outdated, err := password.Check([]password.Hasher{h}, typed, encoded); err != nil || !ok || outdated {
			t.Errorf("%s: %v %v %v", encoded, ok, outdated, err)
		}
		if ok, err := h.Verify(typed+"x", encoded); err != nil || ok {
			t.Errorf("%s: another password: %v %v", encoded, ok, err)
		}
		if !(Bcrypt{Plain: h.Plain, Rounds: 13}).Outdated(encoded) {
			t.Errorf("%s: isn't outdated", encoded)
		}
	}
	for _, h := range []Bcrypt{{Rounds: 4}, {Rounds: 4, Plain: true}} {
		encoded, err := password.Make([]password.Hasher{h}, typed)
		again, _ := password.Make([]password.Hasher{h}, typed)
		if err != nil || !strings.HasPrefix(encoded, h.Algorithm()+"$$2b$04$") || encoded == again {
			t.Errorf("%s, %v", encoded, err)
		}
		if ok, err := h.Verify(typed, encoded); err != nil || !ok {
			t.Errorf("%s: %v %v", encoded, ok, err)
		}
		Bcrypt{Rounds: 5, Plain: h.Plain}.Harden(typed, encoded)
	}
}

func TestBcrypt_Damaged(t *testing.T) {
	const hash = "abcdefghijklmnopqrstuuS1WCF6/Zh6KFhDbCfSm.Y2etbkgwWxi"
	for _, encoded := range []string{
		"bcrypt_sha256", "bcrypt_sha256$", "bcrypt$$2b$04$" + hash, "bcrypt_sha256$$2b$4$" + hash, "bcrypt_sha256$$2b$xx$" + hash, "bcrypt_sha256$$2b$03$" + hash,
		"bcrypt_sha256$$2b$04$" + hash + "x", "bcrypt_sha256$$2b$04$$" + hash, "bcrypt_sha256$$9b$04$" + hash, "bcrypt_sha256$$2b$17$" + hash, "bcrypt_sha256$$2b$04$" + "!" + hash[1:],
	} {
		if ok, err := (Bcrypt{}).Verify(typed, encoded); ok || err == nil || strings.Contains(err.Error(), "abcdef") {
			t.Errorf("%s: %v %v", encoded, ok, err)
		}
	}
	if _, err := (Bcrypt{Plain: true, Rounds: 4}).Encode(strings.Repeat("x", 73), salt); err == nil {
		t.Error("more than 72 bytes")
	}
	for _, rounds := range []int{3, -1, 32} {
		if _, err := (Bcrypt{Rounds: rounds}).Encode(typed, salt); err == nil {
			t.Errorf("%d rounds", rounds)
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
