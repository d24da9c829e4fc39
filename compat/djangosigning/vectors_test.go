package djangosigning

import (
	"strings"
	"testing"
)

func TestVectors(t *testing.T) {
	all := vectors(t, "")
	if len(all) < 25 {
		t.Fatalf("only %d vectors", len(all))
	}
	for _, v := range all {
		check(t, v)
	}
}

func TestVectorsSHA1(t *testing.T) {
	for _, v := range vectors(t, "sha1") {
		check(t, v)
	}
}

// check reads a token of the real Django and signs it again to the same bytes.
// What Django compressed comes out in other bytes here, so there the compressed
// text is signed.
func check(t *testing.T, v vector) {
	t.Helper()
	s := timed(t, v.key, v.o)
	data, when, err := s.OpenWithin(v.token, 0)
	if err != nil || string(data) != v.data || !when.Equal(v.at) {
		t.Errorf("%s: %s at %v, %v", v.name, data, when, err)
	}
	text, _, err := s.Unsign(v.token)
	if err != nil || s.Sign(text) != v.token {
		t.Errorf("%s: signed again differs, %v", v.name, err)
	}
	if got := s.Seal(data); got != v.token && !strings.HasPrefix(v.token, ".") {
		t.Errorf("%s: sealed again is %s", v.name, got)
	} else if back, _, err := s.Open(got); err != nil || string(back) != v.data {
		t.Errorf("%s: sealed and opened is %s, %v", v.name, back, err)
	}
}

// What was signed with a fallback key is accepted, and not with another order's.
func TestFallbackVector(t *testing.T) {
	for _, v := range vectors(t, "") {
		if v.kind != "fallback" {
			continue
		}
		v.o.Fallbacks = []string{"another", oldKey}
		if data, _, err := timed(t, testKey, v.o).Open(v.token); err != nil || string(data) != v.data {
			t.Errorf("%s: %s, %v", v.name, data, err)
		}
		return
	}
	t.Error("testdata lacks the vector")
}

func TestPre31SHA1(t *testing.T) {
	for _, v := range vectors(t, "pre31") {
		p := must[*Pre31](t)(NewPre31(v.key, v.o.Salt))
		if data, err := p.Open(v.token); err != nil || string(data) != v.data {
			t.Errorf("%s: %s, %v", v.name, data, err)
		}
		if got := p.Seal([]byte(v.data)); got != v.token {
			t.Errorf("%s: sealed is %s", v.name, got)
		}
		forgePre31(t, p, v)
	}
}

func forgePre31(t *testing.T, p *Pre31, v vector) {
	t.Helper()
	for i := range len(v.token) {
		for bit := range 8 {
			b := []byte(v.token)
			b[i] ^= 1 << bit
			if data, err := p.Open(string(b)); err == nil {
				t.Fatalf("bit %d of character %d: %s", bit, i, data)
			}
		}
		if data, err := p.Open(v.token[:i]); err == nil {
			t.Fatalf("the first %d characters: %s", i, data)
		}
	}
	for name, other := range map[string]*Pre31{
		"key":   must[*Pre31](t)(NewPre31(oldKey, v.o.Salt)),
		"class": must[*Pre31](t)(NewPre31(v.key, "Another")),
	} {
		if data, err := other.Open(v.token); err == nil {
			t.Errorf("another %s: %s", name, data)
		}
	}
	if _, err := NewPre31("", "SessionStore"); err == nil {
		t.Error("an empty key was taken")
	}
}

// Made by Django 5.2.19 at 1700000000, with test-secret-key-0123456789.
func TestOtherForms(t *testing.T) {
	s := must[*Signer](t)(NewSigner(testKey, Options{}))
	for want, got := range map[string]string{
		"abc:-mkqYRmhRMiOktY4F9MLdLIYavH5TvzuxMJW2wDnbKE":                        s.Sign("abc"),
		"WzEuMF0:KBFRLgfQ8CrwuKeEZ7_Hrle5n1yj8TGivzlunlLc7Tc":                    must[string](t)(s.Dumps([]float64{1})),
		"abc:1r31eq:W4IB8uIB7aIOIYA0d5yrs06UW6y-JXfiwN433YMCuUU":                 timed(t, testKey, Options{}).Sign("abc"),
		"eyJhIjoiXHUwMGViIn0:1r31eq:ld-AaD76k0Yv2WXgm2RQ0mdyC5263AZwPbJindSYjAU": must[string](t)(timed(t, testKey, Options{Salt: DumpsSalt}).Dumps(map[string]string{"a": "\u00eb"})),
		"dark:1r31eq:F1acwvBw8yZP1KWOknADw8Y9bJOyvC7Ag9zhFIIrN28":                cookie(t, CookieSalt("theme", "")).Sign("dark"),
		"dark:1r31eq:EOQvRH53p4Cjlpm2IivoKOJ9frvehKIvuAO-ybIA2H8":                cookie(t, LegacyCookieSalt("theme", "")).Sign("dark"),
		"dark:1r31eq:BlgPayDjLnTPze80pfRoqvZYtrE357VBi08qw9HokXc":                cookie(t, CookieSalt("theme", "s\u00e4lt")).Sign("dark"),
		"dark:1r31eq:mM0N3Fm1Nk122YClyDMEtC_hLiDJRmZwItddm3aHBrc":                cookie(t, LegacyCookieSalt("theme", "s\u00e4lt")).Sign("dark"),
	} {
		if got != want {
			t.Errorf("%s; want %s", got, want)
		}
	}
}

func cookie(t *testing.T, salt string) *TimestampSigner {
	t.Helper()
	return timed(t, testKey, Options{Salt: salt, KeyPrefix: CookieKeyPrefix})
}

// A name and a salt that run together the same way are the same in the old scheme
// only.
func TestCookieSaltsCollide(t *testing.T) {
	if LegacyCookieSalt("ab", "c") != LegacyCookieSalt("a", "bc") {
		t.Error("the old scheme tells them apart")
	}
	if CookieSalt("ab", "c") == CookieSalt("a", "bc") || CookieSalt("1:a", "") == CookieSalt("a", "1:") {
		t.Error("the new scheme doesn't tell them apart")
	}
}
