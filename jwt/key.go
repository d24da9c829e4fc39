package jwt

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"log/slog"

	gojwt "github.com/golang-jwt/jwt/v5"

	"github.com/coatcheck-go/session/keyring"
)

// goodKeys says what can be used.
const goodKeys = "use Ed25519, ECDSA over P-256, or RSA of at least 2048 bits"

// minRSA is the least modulus, in bits, that RFC 7518 section 3.3 allows.
const minRSA = 2048

// A Key verifies tokens and, unless it is a public key alone, signs them. The
// algorithm belongs to the key, no token can choose another: HS256 for a secret,
// EdDSA for Ed25519, ES256 for ECDSA over P-256, RS256 for RSA. A Key prints as
// "(hidden)".
type Key struct {
	id     string
	method gojwt.SigningMethod
	sign   any // nil: can only verify
	verify any
}

// SecretKey returns a key for HS256. Whoever verifies tokens needs the same secret
// and can make tokens with it, so it suits one service alone. secret is 32 random
// bytes or more, and is copied; what is shorter or clearly not random is an error,
// see package keyring.
func SecretKey(secret []byte) (Key, error) {
	key, err := keyring.NewKey(secret)
	if err != nil {
		return Key{}, fmt.Errorf("jwt: secret key: %w", err)
	}
	id, err := key.Subkey(16, "jwt kid") // the secret itself must not be told
	secret = bytes.Clone(secret)
	return Key{id: base64url(id), method: gojwt.SigningMethodHS256, sign: secret, verify: secret}, err
}

// PrivateKey returns a key that signs with private: an ed25519.PrivateKey, an
// *ecdsa.PrivateKey over P-256, or an *rsa.PrivateKey of 2048 bits or more. Other
// kinds are an error.
func PrivateKey(private crypto.Signer) (Key, error) {
	switch key := private.(type) {
	case ed25519.PrivateKey:
		if len(key) == ed25519.PrivateKeySize {
			return signingKey(key)
		}
	case *ecdsa.PrivateKey, *rsa.PrivateKey:
		return signingKey(key)
	}
	return Key{}, fmt.Errorf("jwt: a private key of type %T: %s", private, goodKeys)
}

func signingKey(private crypto.Signer) (Key, error) {
	key, err := PublicKey(private.Public())
	key.sign = private
	return key, err
}

// PublicKey returns a key that only verifies: an ed25519.PublicKey, an
// *ecdsa.PublicKey over P-256 or an *rsa.PublicKey of 2048 bits or more. Other kinds
// are an error.
func PublicKey(public crypto.PublicKey) (Key, error) {
	method, err := algorithm(public)
	if err != nil {
		return Key{}, err
	}
	id, err := thumbprint(public)
	return Key{id: id, method: method, verify: public}, err
}

func algorithm(public crypto.PublicKey) (gojwt.SigningMethod, error) {
	switch key := public.(type) {
	case ed25519.PublicKey:
		if len(key) == ed25519.PublicKeySize {
			return gojwt.SigningMethodEdDSA, nil
		}
	case *ecdsa.PublicKey:
		if key.Curve == elliptic.P256() {
			return gojwt.SigningMethodES256, nil
		}
	case *rsa.PublicKey:
		if key.N != nil && key.N.BitLen() >= minRSA {
			return gojwt.SigningMethodRS256, nil
		}
	}
	return nil, fmt.Errorf("jwt: a public key of type %T: %s", public, goodKeys)
}

// ParsePEM reads the first block of a PEM text: a private key in PKCS#8 ("PRIVATE
// KEY") or a public key in PKIX form ("PUBLIC KEY"), as openssl writes them. The
// error is for anything else, and for keys that PrivateKey and PublicKey refuse.
func ParsePEM(text []byte) (Key, error) {
	block, _ := pem.Decode(text)
	if block == nil {
		return Key{}, errors.New("jwt: parse key: no PEM block")
	}
	switch block.Type {
	case "PRIVATE KEY":
		return parsePrivate(block.Bytes)
	case "PUBLIC KEY":
		public, err := x509.ParsePKIXPublicKey(block.Bytes)
		if err != nil {
			return Key{}, errors.New("jwt: parse key: not a PKIX public key")
		}
		return PublicKey(public)
	}
	return Key{}, fmt.Errorf("jwt: parse key: PEM block of type %q: must be PRIVATE KEY (PKCS#8) or PUBLIC KEY (PKIX)", block.Type)
}

func parsePrivate(der []byte) (Key, error) {
	private, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return Key{}, errors.New("jwt: parse key: not a PKCS#8 private key")
	}
	signer, ok := private.(crypto.Signer)
	if !ok {
		return Key{}, fmt.Errorf("jwt: parse key: a key of type %T can't sign", private)
	}
	return PrivateKey(signer)
}

// ID returns the key's name, which tokens carry as "kid". By default it is the key's
// thumbprint (RFC 7638), for a secret one that tells nothing of it.
func (k Key) ID() string { return k.id }

// WithID returns the same key under another name: 1 to 255 bytes of visible ASCII,
// which New and SetKeys check.
func (k Key) WithID(id string) Key {
	k.id = id
	return k
}

// Algorithm returns "HS256", "EdDSA", "ES256" or "RS256", "" for the zero Key.
func (k Key) Algorithm() string {
	if k.method == nil {
		return ""
	}
	return k.method.Alg()
}

// hidden is what a Key prints as, whatever the verb.
const hidden = "(hidden)"

// Format hides the key from package fmt.
func (Key) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(hidden)) }

// LogValue hides the key from log/slog.
func (Key) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalText hides the key from JSON.
func (Key) MarshalText() ([]byte, error) { return []byte(hidden), nil }
