package jwt

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"log/slog"

	gojwt "github.com/golang-jwt/jwt/v5"
)

// minSecret is the size of HS256's hash: RFC 7518 section 3.2 asks for no less.
const minSecret = 32

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
// bytes or more, and is copied; shorter ones are an error.
func SecretKey(secret []byte) (Key, error) {
	if len(secret) < minSecret {
		return Key{}, fmt.Errorf("jwt: a secret of %d bytes is too short, at least %d are needed", len(secret), minSecret)
	}
	secret = append([]byte(nil), secret...)
	return Key{id: secretID(secret), method: gojwt.SigningMethodHS256, sign: secret, verify: secret}, nil
}

// secretID names a secret without telling anything of it.
func secretID(secret []byte) string {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("coatcheck/jwt/kid/v1"))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// PrivateKey returns a key that signs with signer: an ed25519.PrivateKey, an
// *ecdsa.PrivateKey over P-256, an *rsa.PrivateKey of 2048 bits or more, or one of
// these kinds in a hardware module. Other kinds are an error.
func PrivateKey(signer crypto.Signer) (Key, error) {
	if signer == nil {
		return Key{}, errors.New("jwt: no private key")
	}
	key, err := PublicKey(signer.Public())
	key.sign = signer
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
	return nil, fmt.Errorf("jwt: a key of type %T: use Ed25519, ECDSA over P-256, or RSA of at least %d bits", public, minRSA)
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
// thumbprint (RFC 7638), for a secret a MAC that tells nothing of it.
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
