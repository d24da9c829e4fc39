package jwt_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"log/slog"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coatcheck-go/session/jwt"
)

// sources returns the texts of this package's files but tests.
func sources(t testing.TB) (texts []string) {
	names, err := filepath.Glob("*.go")
	check(t, err)
	for _, name := range names {
		if !strings.HasSuffix(name, "_test.go") {
			text, err := os.ReadFile(name)
			check(t, err)
			texts = append(texts, string(text))
		}
	}
	if len(texts) == 0 {
		t.Fatal("no sources")
	}
	return texts
}

// R17, R30: nothing weak is taken, and no switch takes it.
func TestR30_WeakSettingsAreRefused(t *testing.T) {
	good := keys()["EdDSA"]
	public, err := jwt.PublicKey(ed25519.PublicKey(make([]byte, ed25519.PublicKeySize)))
	check(t, err)
	set := func(f func(*jwt.Options)) jwt.Options {
		o := withStore()
		f(&o)
		return o
	}
	for what, o := range map[string]jwt.Options{
		"nothing":             {},
		"no keys":             set(func(o *jwt.Options) { o.Keys = nil }),
		"a zero key":          set(func(o *jwt.Options) { o.Keys = append(o.Keys, jwt.Key{}) }),
		"a public key first":  set(func(o *jwt.Options) { o.Keys = []jwt.Key{public} }),
		"a key twice":         set(func(o *jwt.Options) { o.Keys = []jwt.Key{good, good} }),
		"an empty key ID":     set(func(o *jwt.Options) { o.Keys = []jwt.Key{good.WithID("")} }),
		"a space in a key ID": set(func(o *jwt.Options) { o.Keys = []jwt.Key{good.WithID("a b")} }),
		"a long key ID":       set(func(o *jwt.Options) { o.Keys = []jwt.Key{good.WithID(strings.Repeat("x", 256))} }),
		"no issuer":           set(func(o *jwt.Options) { o.Issuer = "" }),
		"no audience":         set(func(o *jwt.Options) { o.Audience = "" }),
		"an issuer not UTF-8": set(func(o *jwt.Options) { o.Issuer = "\xff" }),
		"long access":         set(func(o *jwt.Options) { o.Access = 25 * time.Hour }),
		"short access":        set(func(o *jwt.Options) { o.Access = time.Millisecond }),
		"uneven access":       set(func(o *jwt.Options) { o.Access = 1500 * time.Millisecond }),
		"long grace":          set(func(o *jwt.Options) { o.Grace = 6 * time.Minute }),
		"grace over access":   set(func(o *jwt.Options) { o.Access, o.Grace = time.Second, 2*time.Second }),
		"negative grace":      set(func(o *jwt.Options) { o.Grace = -1 }),
		"long leeway":         set(func(o *jwt.Options) { o.Leeway = time.Hour }),
		"access, no store":    set(func(o *jwt.Options) { o.Store, o.Access = nil, time.Minute }),
		"checks, no store":    set(func(o *jwt.Options) { o.Store, o.CheckEvery = nil, true }),
	} {
		if _, err := jwt.New(o); err == nil {
			t.Errorf("%s: no error", what)
		}
	}
}

func TestR17_WeakKeysAreRefused(t *testing.T) {
	small, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil { // Go itself refuses, unless GODEBUG says otherwise
		small = &rsa.PrivateKey{PublicKey: rsa.PublicKey{N: new(big.Int).Lsh(big.NewInt(1), 1023), E: 65537}}
	}
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	check(t, err)
	for _, signer := range []crypto.Signer{nil, small, p384, ed25519.PrivateKey{1}, hardware{p384}} {
		if _, err := jwt.PrivateKey(signer); err == nil {
			t.Errorf("%T: no error", signer)
		}
	}
	for _, public := range []crypto.PublicKey{nil, "text", ed25519.PublicKey{1}, &rsa.PublicKey{}, &ecdsa.PublicKey{}, []byte("x")} {
		if _, err := jwt.PublicKey(public); err == nil {
			t.Errorf("%T: no error", public)
		}
	}
	for what, secret := range map[string][]byte{
		"none": nil, "short": randomBytes(31), "zeros": make([]byte, 32), "text": []byte("a password of more than 32 letters"),
	} {
		if _, err := jwt.SecretKey(secret); err == nil {
			t.Errorf("secret, %s: no error", what)
		}
	}
}

// hardware is a signer that the JWT library can't use.
type hardware struct{ crypto.Signer }

func TestParsePEM(t *testing.T) {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	check(t, err)
	pkcs8, err := x509.MarshalPKCS8PrivateKey(private)
	check(t, err)
	pkix, err := x509.MarshalPKIXPublicKey(private.Public())
	check(t, err)
	key, err := jwt.ParsePEM(block("PRIVATE KEY", pkcs8))
	check(t, err)
	public, err := jwt.ParsePEM(block("PUBLIC KEY", pkix))
	check(t, err)
	equal(t, "ID", public.ID(), key.ID())
	equal(t, "algorithm", key.Algorithm(), "EdDSA")
	equal(t, "algorithm of the zero key", jwt.Key{}.Algorithm(), "")
	for what, text := range map[string][]byte{
		"nothing": nil, "no PEM": []byte("x"), "another type": block("RSA PRIVATE KEY", pkcs8),
		"damaged private key": block("PRIVATE KEY", pkcs8[:8]), "damaged public key": block("PUBLIC KEY", pkix[:8]),
		"private key that can't sign": block("PRIVATE KEY", x25519(t)),
	} {
		if _, err := jwt.ParsePEM(text); err == nil {
			t.Errorf("%s: no error", what)
		}
	}
}

func block(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

// The example of RFC 7638, section 3.1.
func TestThumbprint(t *testing.T) {
	n, ok := new(big.Int).SetString(rfc7638, 16)
	equal(t, "the example is a number", ok, true)
	key, err := jwt.PublicKey(&rsa.PublicKey{N: n, E: 65537})
	check(t, err)
	equal(t, "thumbprint", key.ID(), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs")
}

func TestR20_KeysAreHidden(t *testing.T) {
	secret := randomBytes(32)
	same := bytes.Clone(secret)
	key, err := jwt.SecretKey(secret)
	check(t, err)
	o := options()
	o.Keys = append(o.Keys, key)
	e, err := jwt.New(o)
	check(t, err)
	text, err := json.Marshal(key)
	check(t, err)
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "key", key, "keys", o.Keys)
	all := fmt.Sprintf("%v %+v %#v %s %d %+v %+v", key, key, key, key, key, o.Keys, e) + string(text) + log.String()
	for _, form := range []string{string(secret), fmt.Sprint(secret), fmt.Sprintf("%x", secret)} {
		if strings.Contains(all, form) {
			t.Errorf("the secret is shown: %s", all)
		}
	}
	equal(t, "%v", fmt.Sprint(key), "(hidden)")
	secret[0]++ // the caller may reuse it
	again, err := jwt.SecretKey(same)
	check(t, err)
	equal(t, "ID", key.ID(), again.ID())
}

// R5: the first key signs; the removal of an old one ends what it signed, and nothing else.
func TestR5_KeysInTurn(t *testing.T) {
	eachKind(t, func(t *testing.T, o jwt.Options) {
		synctest.Test(t, func(t *testing.T) {
			s := shop(t, o)
			old, young := o.Keys[0], newKey(t)
			stays, returns := s.visitor(), s.visitor()
			stays.ask("/set")
			returns.ask("/set")
			check(t, s.engine.SetKeys(young, old))
			if s.engine.Records() == nil { // else the JWT is renewed soon
				returns.ask("/get")
				equal(t, "kid at once", kidOf(t, returns.token()), young.ID())
			}
			for range 2 { // renewed where it is alone at once, else when it is due
				equal(t, "value after a key was added", returns.ask("/get"), "v")
				time.Sleep(6 * time.Minute)
			}
			equal(t, "kid", kidOf(t, returns.token()), young.ID())
			equal(t, "kid of who stayed away", kidOf(t, stays.token()), old.ID())
			check(t, s.engine.SetKeys(young))
			equal(t, "who came back", returns.ask("/get"), "v")
			equal(t, "who stayed away", stays.ask("/get"), "")
			if s.engine.SetKeys() == nil {
				t.Error("no keys: no error")
			}
			equal(t, "after a refused change", returns.ask("/get"), "v")
		})
	})
}

func kidOf(t testing.TB, token string) string {
	head, _, _ := strings.Cut(token, ".")
	var h struct{ Kid string }
	check(t, json.Unmarshal([]byte(unbase64(t, head)), &h))
	return h.Kid
}

func TestJWKS(t *testing.T) {
	o := options()
	o.Keys = nil
	for _, alg := range algorithms {
		o.Keys = append(o.Keys, keys()[alg])
	}
	e, err := jwt.New(o)
	check(t, err)
	w := httptest.NewRecorder()
	e.JWKS().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
	equal(t, "type", w.Header().Get("Content-Type"), "application/jwk-set+json")
	equal(t, "caching", w.Header().Get("Cache-Control"), "public, max-age=300")
	var set struct{ Keys []map[string]string }
	check(t, json.Unmarshal(w.Body.Bytes(), &set))
	equal(t, "keys", len(set.Keys), 3)
	want := map[string]int{"EdDSA": 6, "ES256": 7, "RS256": 6}
	for _, key := range set.Keys {
		equal(t, "members of "+key["alg"], len(key), want[key["alg"]])
		equal(t, "kid", key["kid"], keys()[key["alg"]].ID())
		equal(t, "use", key["use"], "sig")
	}
	for method, status := range map[string]int{http.MethodHead: 200, http.MethodPost: 405, http.MethodDelete: 405} {
		w := httptest.NewRecorder()
		e.JWKS().ServeHTTP(w, httptest.NewRequest(method, "/", nil))
		equal(t, method, w.Code, status)
	}
	check(t, e.SetKeys(keys()["HS256"]))
	w = httptest.NewRecorder()
	e.JWKS().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
	equal(t, "document of a secret", w.Body.String(), `{"keys":[]}`)
}

// rfc7638 is the modulus of that example's key.
const rfc7638 = "" +
	"d2fc7b6a0a1e6c67104aeb8f88b257669b4df679ddad099b5c4a6cd9a88015b5a133bf0b856c7871b6df000b554fceb3c2ed" +
	"512bb68f145c6e8434752fab52a1cfc124408f79b58a4578c16428855789f7a249e384cb2d9fae2d67fd96fb926c198e0773" +
	"99fdc815c0af097dde5aadeff44de70e827f4878432439bfeeb96068d0474fc50d6d90bf3a98dfaf1040c89c02d692ab3b3c" +
	"2896609d86fd73b774ce0740647ceeeaa310bd12f985a8eb9f59fdd426cea5b2120f4f2a34bcab764b7e6c54d6840238bcc4" +
	"0587a59e66ed1f33894577635c470af75cf92c20d1da43e1bfc419e222a6f0d0bb358c5e38f9cb050aeafe904814f1ac1aa4" +
	"9cca9ea0ca83"

// x25519 returns a private key for key agreement, in PKCS#8 (RFC 8410).
func x25519(t testing.TB) []byte {
	head, err := hex.DecodeString("302e020100300506032b656e04220420")
	check(t, err)
	return append(head, randomBytes(32)...)
}
