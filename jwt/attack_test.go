package jwt_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/jwt"
)

// A target is an Engine with the private key it signs by, and a token of its.
type target struct {
	*site
	private      ed25519.PrivateKey
	kid          string
	token        string
	head, claims string // of the token, as JSON
}

func newTarget(t testing.TB, o jwt.Options) *target {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	check(t, err)
	key, err := jwt.PrivateKey(private)
	check(t, err)
	o.Keys = append([]jwt.Key{key}, o.Keys...)
	a := &target{site: newSite(t, o), private: private, kid: key.ID()}
	ss := a.m.New(t.Context())
	check(t, ss.Login("alice"))
	check(t, ss.Set("k", "v"))
	check(t, ss.Save())
	a.token = ss.Token().Reveal()
	parts := strings.Split(a.token, ".")
	a.head, a.claims = unbase64(t, parts[0]), unbase64(t, parts[1])
	return a
}

func unbase64(t testing.TB, text string) string {
	t.Helper()
	raw, err := base64.RawURLEncoding.DecodeString(text)
	check(t, err)
	return string(raw)
}

func b64(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

// forge signs any header and claims with the Engine's own key.
func (a *target) forge(head, claims string) string {
	text := b64(head) + "." + b64(claims)
	return text + "." + b64(string(ed25519.Sign(a.private, []byte(text))))
}

// refused fails the test unless the Engine refuses token, with the one error that tells
// nothing.
func (a *target) refused(what, token string) {
	a.t.Helper()
	var s session.Snapshot
	err := a.engine.Open(a.t.Context(), token, &s)
	wantErr(a.t, what, err, session.ErrMalformed)
	if err != nil && err.Error() != "jwt: token is not valid: token is malformed: no live session" {
		a.t.Errorf("%s: error %q tells more than the others", what, err)
	}
	equal(a.t, what+": subject", s.Subject, "")
}

// with returns JSON in which one member's text is another.
func with(t testing.TB, object, old, new string) string {
	t.Helper()
	if strings.Count(object, old) != 1 {
		t.Fatalf("%d times %s in %s", strings.Count(object, old), old, object)
	}
	return strings.Replace(object, old, new, 1)
}

// The forge itself makes good tokens; otherwise the tests below would show nothing.
func TestForgeWorks(t *testing.T) {
	a := newTarget(t, options())
	equal(t, "the same token", a.forge(a.head, a.claims), a.token)
	equal(t, "in another order", a.live(a.forge(`{"kid":"`+a.kid+`","typ":"coatcheck+jwt","alg":"EdDSA"}`, a.claims)), true)
	equal(t, "with a claim of somebody's", a.live(a.forge(a.head, with(t, a.claims, `"sub":`, `"scope":"x","sub":`))), true)
	equal(t, "for several audiences", a.live(a.forge(a.head, with(t, a.claims, `"aud":"shop"`, `"aud":["x","shop"]`))), true)
}

func TestWSTGSESS10_Header(t *testing.T) {
	a := newTarget(t, options())
	member := func(text string) string { return with(t, a.head, `"alg":`, text+`,"alg":`) }
	jwk := `{"kty":"OKP","crv":"Ed25519","x":"` + b64(string(a.private.Public().(ed25519.PublicKey))) + `"}`
	for _, head := range []string{
		member(`"jwk":` + jwk), member(`"jku":"https://evil.example/jwks.json"`), member(`"x5u":"https://evil.example/x"`),
		member(`"x5c":["MIIB"]`), member(`"x5t":"x"`), member(`"b64":false`), member(`"b64":false,"crit":["b64"]`),
		member(`"crit":["exp"]`), member(`"crit":[]`), member(`"zip":"DEF"`), member(`"cty":"JWT"`),
		member(`"alg":"none"`), member(`"typ":"JWT"`), member(`"kid":"x"`), member(`"\u0061lg":"EdDSA"`),
		with(t, a.head, `"alg"`, `"ALG"`), with(t, a.head, `"EdDSA"`, `"none"`), with(t, a.head, `"EdDSA"`, `"eddsa"`),
		with(t, a.head, `"EdDSA"`, `"HS256"`), with(t, a.head, `"EdDSA"`, `["EdDSA"]`), with(t, a.head, `"EdDSA"`, `""`),
		with(t, a.head, `coatcheck+jwt`, `JWT`), with(t, a.head, `coatcheck+jwt`, `coatcheck+JWT`),
		with(t, a.head, `coatcheck+jwt`, `application/coatcheck+jwt`), with(t, a.head, `coatcheck+jwt`, ``),
		with(t, a.head, a.kid, ``), with(t, a.head, a.kid, `../../dev/null`), with(t, a.head, a.kid, `' OR 1=1 --`),
		with(t, a.head, `"`+a.kid+`"`, `null`), with(t, a.head, `"`+a.kid+`"`, `0`),
		`{"alg":"EdDSA","typ":"coatcheck+jwt"}`, `{"alg":"EdDSA","kid":"` + a.kid + `"}`, `{"typ":"coatcheck+jwt","kid":"` + a.kid + `"}`,
		a.head + `{}`, a.head + `x`, `[` + a.head + `]`, `null`, `""`, ``, `{`, `{}`, "\xff",
	} {
		a.refused(head, a.forge(head, a.claims))
	}
}

func TestWSTGSESS10_None(t *testing.T) {
	a := newTarget(t, options())
	for _, alg := range []string{"none", "None", "NONE", "NoNe", "nOnE", ""} {
		text := b64(with(t, a.head, "EdDSA", alg)) + "." + b64(a.claims) + "."
		a.refused(alg, text)
		a.refused(alg+" with a signature", text+strings.Split(a.token, ".")[2])
	}
	bare := b64(`{"alg":"none"}`) + "." + b64(a.claims) + "."
	a.refused("none and nothing else", bare)
}

func TestWSTGSESS10_Signature(t *testing.T) {
	a := newTarget(t, options())
	text, signature := a.token[:strings.LastIndex(a.token, ".")], a.token[strings.LastIndex(a.token, ".")+1:]
	for what, sig := range map[string]string{
		"none": "", "zeros": b64(string(make([]byte, 64))), "psychic": "MAYCAQACAQA", "one byte": "AA",
		"longer": signature + "AAAA", "padded": signature + "==", "spaced": signature + " ", "not base64": "!!!!",
	} {
		a.refused(what, text+"."+sig)
	}
	a.refused("no signature and no dot", text)
	_, other, err := ed25519.GenerateKey(rand.Reader)
	check(t, err)
	a.refused("by another key", text+"."+b64(string(ed25519.Sign(other, []byte(text)))))
}

// CVE-2022-21449: a signature of zeros fits every text where r and s are not checked.
func TestWSTGSESS10_PsychicSignatures(t *testing.T) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(t, err)
	key, err := jwt.PrivateKey(private)
	check(t, err)
	a := newTarget(t, jwt.Options{Keys: []jwt.Key{key}, Issuer: "https://shop.example", Audience: "shop"})
	head := `{"alg":"ES256","kid":"` + key.ID() + `","typ":"coatcheck+jwt"}`
	text := b64(head) + "." + b64(a.claims)
	order := elliptic.P256().Params().N
	raw := func(r, s *big.Int) string {
		return b64(string(append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...)))
	}
	zero, one := new(big.Int), big.NewInt(1)
	for what, sig := range map[string]string{
		"DER of zeros": "MAYCAQACAQA", "zeros": raw(zero, zero), "r is 0": raw(zero, one), "s is 0": raw(one, zero),
		"order": raw(order, order), "r is the order": raw(order, one), "short": b64("x"),
	} {
		a.refused(what, text+"."+sig)
	}
	sum := sha256.Sum256([]byte(text))
	r, s, err := ecdsa.Sign(rand.Reader, private, sum[:])
	check(t, err)
	equal(t, "a signature that fits", a.live(text+"."+raw(r, s)), true)
	der, err := private.Sign(rand.Reader, sum[:], crypto.SHA256)
	check(t, err)
	a.refused("one that fits, in DER", text+"."+b64(string(der)))
}

// Who has the public key must not be able to use it as a secret.
func TestWSTGSESS10_PublicKeyAsSecret(t *testing.T) {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	check(t, err)
	key, err := jwt.PrivateKey(private)
	check(t, err)
	a := newTarget(t, jwt.Options{Keys: []jwt.Key{key}, Issuer: "https://shop.example", Audience: "shop"})
	pkix, err := x509.MarshalPKIXPublicKey(private.Public())
	check(t, err)
	text := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: pkix})
	for _, secret := range [][]byte{pkix, text, x509.MarshalPKCS1PublicKey(&private.PublicKey), private.N.Bytes(), a.private.Public().(ed25519.PublicKey)} {
		for _, kid := range []string{a.kid, key.ID()} {
			for _, alg := range []string{"HS256", "RS256", "EdDSA"} {
				head := fmt.Sprintf(`{"alg":%q,"kid":%q,"typ":"coatcheck+jwt"}`, alg, kid)
				signed := b64(head) + "." + b64(a.claims)
				mac := hmac.New(sha256.New, secret)
				mac.Write([]byte(signed))
				a.refused(alg+" by the public key", signed+"."+b64(string(mac.Sum(nil))))
			}
		}
	}
}

// A token under one key's name that another one signed is refused, though both are ours.
func TestR16_KeysAreNotTriedInTurn(t *testing.T) {
	a := newTarget(t, options())
	head := with(t, a.head, a.kid, keys()["EdDSA"].ID())
	a.refused("kid of another key", a.forge(head, a.claims))
}

func TestWSTGSESS10_Claims(t *testing.T) {
	a := newTarget(t, options())
	c := a.claims
	number := func(name string) string { return numberOf(t, c, name) }
	expires, issued := number("exp"), number("iat")
	claims := []string{
		`null`, `[]`, `""`, `1`, ``, `{}`, c + c, c + "x", "[" + c + "]", c[:len(c)-1], c[:len(c)-1] + "\xff}",
		with(t, c, `"iss":"https://shop.example"`, `"iss":"https://evil.example"`), with(t, c, `"iss":`, `"ISS":`),
		with(t, c, `"aud":"shop"`, `"aud":"other"`), with(t, c, `"aud":"shop"`, `"aud":["other"]`),
		with(t, c, `"aud":"shop"`, `"aud":[]`), with(t, c, `"aud":"shop"`, `"aud":["shop",1]`), with(t, c, `"aud":`, `"Aud":`),
		with(t, c, `"aud":"shop"`, `"aud":{"shop":1}`), with(t, c, `"coat":{`, `"coat":{"app":"other",`),
		with(t, c, `"jti":"`, `"jti":1,"x":"`), with(t, c, `"jti":"`, `"x":"`),
		with(t, c, `"sid":"`, `"sid":"x`), with(t, c, `"sid":`, `"x":`), with(t, c, `"sub":"alice"`, `"sub":["alice"]`),
		with(t, c, `"sub":"alice"`, `"sub":"alice","sub":"root"`), with(t, c, `"sub":"alice"`, `"sub":"alice","s\u0075b":"root"`),
		with(t, c, `"ses":{`, `"ses":{"k":"w",`), with(t, c, `"ses":{"k":"v"}`, `"ses":[]`), with(t, c, `"ses":{"k":"v"}`, `"ses":null`),
		with(t, c, `"coat":{`, `"coat":{"id":"x",`), with(t, c, `"coat":{`, `"coat":null,"x":{`), with(t, c, `"coat":{`, `"x":{`),
		with(t, c, `"lifetime":`, `"lifetime":99999999999999999999,"x":`), with(t, c, `"lifetime":`, `"lifetime":9007199254740991,"x":`),
		with(t, c, `"idle":`, `"idle":-1,"x":`), with(t, c, `"coat":{`, `"coat":{"persistent":1,`),
		with(t, c, `"coat":{`, `"coat":{"refresh":"x",`), with(t, c, `"nbf":`+issued, `"nbf":9999999999`),
		with(t, c, `"iat":`+issued, `"iat":9999999999`),
	}
	for _, name := range []string{"exp", "iat", "nbf"} {
		for _, value := range []string{
			`"` + expires + `"`, expires + ".0", expires + "e0", "1e10", "-1", "0", "00" + expires, "null", "true", "[]",
			"99999999999999999999", "9223372036854775807", "9007199254740992", "253402300800", "1e400", "NaN",
		} {
			claims = append(claims, with(t, c, `"`+name+`":`+number(name), `"`+name+`":`+value))
		}
		claims = append(claims, with(t, c, `"`+name+`":`+number(name), `"`+strings.ToUpper(name)+`":`+number(name)))
		claims = append(claims, with(t, c, `"`+name+`":`+number(name), `"`+name+`":`+number(name)+`,"`+name+`":`+number(name)))
	}
	for _, text := range claims {
		a.refused(text, a.forge(a.head, text))
	}
}

func numberOf(t testing.TB, claims, name string) string {
	var all map[string]json.RawMessage
	check(t, json.Unmarshal([]byte(claims), &all))
	return string(all[name])
}

func TestWSTGSESS10_HugeLife(t *testing.T) {
	a := newTarget(t, options())
	issued, expires := numberOf(t, a.claims, "iat"), numberOf(t, a.claims, "exp")
	at := func(d time.Duration) string {
		var n int64
		_, err := fmt.Sscan(issued, &n)
		check(t, err)
		return fmt.Sprint(n + int64(d/time.Second))
	}
	a.refused("401 days", a.forge(a.head, with(t, a.claims, `"exp":`+expires, `"exp":`+at(401*24*time.Hour))))
	equal(t, "400 days", a.live(a.forge(a.head, with(t, a.claims, `"exp":`+expires, `"exp":`+at(400*24*time.Hour)))), true)
}

func TestWSTGSESS10_Form(t *testing.T) {
	a := newTarget(t, options())
	parts := strings.Split(a.token, ".")
	for what, token := range map[string]string{
		"empty": "", "dots": "..", "one dot": ".", "a dot more": a.token + ".", "a dot before": "." + a.token,
		"four parts": a.token + "." + parts[2], "two parts": parts[0] + "." + parts[1], "five parts (JWE)": a.token + ".a.b",
		"padding": parts[0] + "=." + parts[1] + "." + parts[2], "a line break": parts[0] + "." + parts[1] + "\n." + parts[2],
		"a NUL": a.token + "\x00", "a space": " " + a.token, "a tilde": a.token + "~", "a tilde before": "~" + a.token,
		"a refresh token": a.token + "~" + newRefresh(t), "megabytes": strings.Repeat("a", 1<<20), "megabytes of dots": strings.Repeat(".", 1<<20),
		"JSON form": `{"payload":"` + parts[1] + `","protected":"` + parts[0] + `","signature":"` + parts[2] + `"}`,
	} {
		a.refused(what, token)
	}
	big := with(t, a.claims, `"ses":{`, `"ses":{"big":"`+strings.Repeat("x", 32<<10)+`",`)
	a.refused("longer than the limit", a.forge(a.head, big))
}

func newRefresh(t testing.TB) string {
	return session.NewServerEngine(nil, "").NewID()
}

// R18, WSTG-SESS-10: no other text than the very token opens it.
func TestR18_TruncatedOrChangedAnywhere(t *testing.T) {
	for name, o := range kinds {
		t.Run(name, func(t *testing.T) {
			spoil(t, o(), "HS256", 0, 1, 2, 3, 4, 5, 6, 7) // all bits where it is quick
		})
	}
	for i, alg := range algorithms {
		t.Run(alg, func(t *testing.T) { spoil(t, withStore(), alg, i) })
	}
}

// spoil changes the bits of every byte, one at a time.
func spoil(t *testing.T, o jwt.Options, alg string, bits ...int) {
	o.Keys = []jwt.Key{keys()[alg]}
	s := newSite(t, o)
	ss := s.m.New(t.Context())
	check(t, ss.Set("k", "v"))
	check(t, ss.Save())
	token := ss.Token().Reveal()
	alone := strings.IndexByte(token, '~') // a JWT alone may be read
	for i := range len(token) {
		if i != alone && s.live(token[:i]) {
			t.Fatalf("good when cut after %d bytes", i)
		}
		for _, bit := range bits {
			changed := []byte(token)
			changed[i] ^= 1 << bit
			if s.live(string(changed)) {
				t.Fatalf("good with bit %d of byte %d flipped", bit, i)
			}
		}
	}
	equal(t, "the token itself", s.live(token), true)
}

// R16: what one application, issuer, audience or key made is nothing to another, though all
// else is the same.
func TestR16_TokensOfOthers(t *testing.T) {
	for name, kind := range kinds {
		o := kind()
		made := shop(t, o).visitor()
		made.ask("/set")
		for what, change := range map[string]func(*jwt.Options){
			"issuer":   func(o *jwt.Options) { o.Issuer += "/" },
			"audience": func(o *jwt.Options) { o.Audience = "shops" },
			"key":      func(o *jwt.Options) { o.Keys = []jwt.Key{newKey(t)} },
			"kid":      func(o *jwt.Options) { o.Keys = []jwt.Key{o.Keys[0].WithID("other")} },
		} {
			other := o
			change(&other)
			equal(t, name+", another "+what, shop(t, other).live(made.token()), false)
		}
		app := func(c *session.Config) { c.App = "b" }
		equal(t, name+", another app", shop(t, o, app).live(made.token()), false)
		equal(t, name+", the same", shop(t, o).live(made.token()), true)
	}
	with, without := shop(t, withStore()).visitor(), shop(t, options()).visitor()
	with.ask("/set")
	without.ask("/set")
	alone, _, _ := strings.Cut(with.token(), "~")
	equal(t, "one that goes with a record, without a store", without.s.live(alone), false)
	equal(t, "one without a record, with a store", with.s.live(without.token()), false)
}

// A JWT is taken with its own refresh token only.
func TestR16_SwappedRefreshTokens(t *testing.T) {
	s := shop(t, withStore())
	a, b := s.visitor(), s.visitor()
	a.ask("/login")
	b.ask("/set")
	text, _, _ := strings.Cut(a.token(), "~")
	equal(t, "another's refresh token", s.live(text+"~"+refreshOf(b.token())), false)
	equal(t, "an empty one", s.live(text+"~"), false)
	equal(t, "two", s.live(a.token()+"~"+refreshOf(a.token())), false)
}

// R6: what can't be opened is nobody; no other format is tried.
func TestR6_NoSecondFormat(t *testing.T) {
	a := newTarget(t, options())
	for what, token := range map[string]string{
		"the claims as they are": a.claims, "the claims in base64": b64(a.claims),
		"a token of a server-side session": newRefresh(t), "Flask's": "eyJrIjoidiJ9.aTx2Yw.ZzVzVHJpbmdPZlR3ZW50eUJ5dGVzLi4",
		"JSON": `{"k":"v"}`, "a number": "1",
	} {
		a.refused(what, token)
	}
}

// Clocks of two processes differ a little; a token of the far future is refused.
func TestLeeway(t *testing.T) {
	for leeway, good := range map[time.Duration]time.Duration{0: 10 * time.Second, -1: 0, time.Minute: time.Minute} {
		synctest.Test(t, func(t *testing.T) {
			o := options()
			o.Leeway = leeway
			a := newTarget(t, o)
			issued := numberOf(t, a.claims, "iat")
			var n int64
			_, err := fmt.Sscan(issued, &n)
			check(t, err)
			ahead := func(d time.Duration) string {
				later := fmt.Sprint(n + int64(d/time.Second))
				c := with(t, a.claims, `"iat":`+issued, `"iat":`+later)
				return a.forge(a.head, with(t, c, `"nbf":`+issued, `"nbf":`+later))
			}
			equal(t, "as far ahead as allowed", a.live(ahead(good)), true)
			a.refused("further ahead", ahead(good+time.Second))
		})
	}
}

// R15: secrets are compared in constant time. The signatures are the library's matter; here,
// it is the fingerprint of a refresh token.
func TestR15_NoPlainComparisonOfSecrets(t *testing.T) {
	plain := regexp.MustCompile(`(?i)(fingerprint\(.*\)|signature|secret|mac|sum)\s*[!=]=|[!=]=\s*(fingerprint\(|signature|secret|mac|sum)|bytes\.Equal`)
	constant := 0
	for _, file := range sources(t) {
		for line := range strings.Lines(file) {
			if strings.Contains(line, "subtle.ConstantTimeCompare") {
				constant++
			} else if plain.MatchString(line) {
				t.Errorf("compares a secret: %s", line)
			}
		}
	}
	equal(t, "comparisons in constant time", constant, 1)
}
