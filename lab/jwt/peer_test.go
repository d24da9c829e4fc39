// Package jwt_test holds tests of tokens between Coatcheck and PyJWT.
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
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"net/http/httptest"
	"os/exec"
	"testing"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/jwt"
	"github.com/coatcheck-go/session/lab/python/peer"
)

//go:embed peer.py
var program string

// A question is what peer.py is asked, an answer what it says.
type question struct {
	Do       string         `json:"do"`
	Alg      string         `json:"alg"`
	Token    string         `json:"token,omitempty"`
	Claims   map[string]any `json:"claims,omitempty"`
	Secret   string         `json:"secret,omitempty"`
	PEM      string         `json:"pem,omitempty"`
	KID      string         `json:"kid"`
	JWKS     string         `json:"jwks"`
	Issuer   string         `json:"issuer"`
	Audience string         `json:"audience"`
}

type answer struct {
	Error  string         `json:"error"`
	Claims map[string]any `json:"claims"`
	Token  string         `json:"token"`
}

func ask(t *testing.T, q question) (a answer) {
	t.Helper()
	python, err := peer.Interpreter()
	check(t, err)
	cmd := exec.CommandContext(t.Context(), python, "-c", program)
	text, err := json.Marshal(q)
	check(t, err)
	var complaint bytes.Buffer
	cmd.Stdin, cmd.Stderr = bytes.NewReader(text), &complaint
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("Python failed (%v); is PyJWT there? scripts/python-peers.sh installs it:\n%s", err, &complaint)
	}
	check(t, json.Unmarshal(out, &a))
	return a
}

// A side is an Engine with all that PyJWT needs to know of it.
type side struct {
	engine   *jwt.Engine
	sessions *session.Manager
	about    question
}

const (
	issuer   = "https://shop.example"
	audience = "shop"
)

// newSide makes an Engine with a new key for alg, and serves its public keys.
func newSide(t *testing.T, alg string, store session.Store) side {
	t.Helper()
	key, about := newKey(t, alg)
	e, err := jwt.New(jwt.Options{Keys: []jwt.Key{key}, Issuer: issuer, Audience: audience, Store: store})
	check(t, err)
	server := httptest.NewServer(e.JWKS())
	t.Cleanup(server.Close)
	about.Alg, about.KID, about.JWKS, about.Issuer, about.Audience = alg, key.ID(), server.URL, issuer, audience
	m, err := session.New(session.Config{Engine: e})
	check(t, err)
	return side{e, m, about}
}

func newKey(t *testing.T, alg string) (jwt.Key, question) {
	t.Helper()
	if alg == "HS256" {
		secret := make([]byte, 32)
		_, _ = rand.Read(secret)
		key, err := jwt.SecretKey(secret)
		check(t, err)
		return key, question{Secret: hex.EncodeToString(secret)}
	}
	der, err := x509.MarshalPKCS8PrivateKey(newSigner(t, alg))
	check(t, err)
	text := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
	key, err := jwt.ParsePEM(text)
	check(t, err)
	if key.Algorithm() != alg {
		t.Fatalf("the key is for %s, want %s", key.Algorithm(), alg)
	}
	return key, question{PEM: string(text)}
}

func newSigner(t *testing.T, alg string) (signer crypto.Signer) {
	t.Helper()
	var err error
	switch alg {
	case "EdDSA":
		_, signer, err = ed25519.GenerateKey(rand.Reader)
	case "ES256":
		signer, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case "RS256":
		signer, err = rsa.GenerateKey(rand.Reader, 2048)
	default:
		t.Fatalf("no key for %s", alg)
	}
	check(t, err)
	return signer
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
