package jwt

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"net/http"
)

// jwksMaxAge is how long others may keep the JWKS document, in seconds.
const jwksMaxAge = "300"

// JWKS returns a handler that answers GET and HEAD with the public keys as a JSON Web
// Key Set (RFC 7517), for other services to verify tokens with; by custom its path
// is /.well-known/jwks.json. Secrets are never in it. Caches may keep it for 5
// minutes: list a new key after the first for that long before it becomes the
// first. It is safe for concurrent use and follows SetKeys.
func (e *Engine) JWKS() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
			return
		}
		w.Header().Set("Content-Type", "application/jwk-set+json")
		w.Header().Set("Cache-Control", "public, max-age="+jwksMaxAge)
		_, _ = w.Write(e.keys.Load().set)
	})
}

// keySet returns the JWKS document of the public ones among keys.
func keySet(keys []Key) map[string]any {
	set := []map[string]string{}
	for _, key := range keys {
		members, err := publicMembers(key.verify)
		if err != nil {
			continue // a secret
		}
		members["kid"], members["alg"], members["use"] = key.id, key.Algorithm(), "sig"
		set = append(set, members)
	}
	return map[string]any{"keys": set}
}

// publicMembers returns the members of a JSON Web Key that make a public key: RFC
// 7518 section 6, RFC 8037 section 2.
func publicMembers(public crypto.PublicKey) (map[string]string, error) {
	switch key := public.(type) {
	case ed25519.PublicKey:
		return map[string]string{"kty": "OKP", "crv": "Ed25519", "x": base64url(key)}, nil
	case *ecdsa.PublicKey:
		point, err := key.Bytes() // 4, X, Y
		if err != nil {
			return nil, fmt.Errorf("jwt: public key: %w", err)
		}
		x, y := point[1:1+len(point)/2], point[1+len(point)/2:]
		return map[string]string{"kty": "EC", "crv": "P-256", "x": base64url(x), "y": base64url(y)}, nil
	case *rsa.PublicKey:
		e := big.NewInt(int64(key.E)).Bytes()
		return map[string]string{"kty": "RSA", "n": base64url(key.N.Bytes()), "e": base64url(e)}, nil
	}
	return nil, fmt.Errorf("jwt: a key of type %T is not public", public)
}

// thumbprint is that of RFC 7638: encoding/json writes a map as it asks, sorted and
// without spaces.
func thumbprint(public crypto.PublicKey) (string, error) {
	members, err := publicMembers(public)
	if err != nil {
		return "", err
	}
	text, err := json.Marshal(members)
	sum := sha256.Sum256(text)
	return base64url(sum[:]), err
}

func base64url(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }
