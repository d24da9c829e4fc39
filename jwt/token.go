package jwt

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	gojwt "github.com/golang-jwt/jwt/v5"

	"github.com/coatcheck-go/session"
)

// Type is the header "typ" of the JWTs that are made and taken (explicit typing, RFC
// 8725 section 3.11): a token made by the same keys for another purpose, an ID token
// for instance, is no session.
const Type = "coatcheck+jwt"

// maxToken bounds a JWT's length, in bytes: more is neither made nor looked at.
const maxToken = 32 << 10

var (
	errInvalid = fmt.Errorf("jwt: token is not valid: %w", session.ErrMalformed)
	errOver    = fmt.Errorf("jwt: token is not valid: %w", session.ErrNotFound)
	errHeader  = errors.New("jwt: header is not ours")
)

// parser takes one spelling of each token (strict base64). It leaves the claims alone:
// decode checks them, more strictly.
var parser = gojwt.NewParser(gojwt.WithStrictDecoding(), gojwt.WithoutClaimsValidation(),
	gojwt.WithValidMethods([]string{
		gojwt.SigningMethodHS256.Alg(), gojwt.SigningMethodEdDSA.Alg(),
		gojwt.SigningMethodES256.Alg(), gojwt.SigningMethodRS256.Alg(),
	}))

// payload keeps the claims' bytes until the signature is verified.
type payload struct {
	gojwt.RegisteredClaims
	raw []byte
}

// UnmarshalJSON implements json.Unmarshaler.
func (p *payload) UnmarshalJSON(data []byte) error {
	p.raw = append([]byte(nil), data...)
	return nil
}

// sign returns the JWT of c.
func (w *worker) sign(c *claims) (string, error) {
	m, err := w.encode(c)
	if err != nil {
		return "", err
	}
	key := w.keys.Load().signing
	token := gojwt.NewWithClaims(key.method, m)
	token.Header["typ"], token.Header["kid"] = Type, key.id
	text, err := token.SignedString(key.sign)
	if err != nil {
		return "", fmt.Errorf("jwt: sign: %w", err)
	}
	return text, nil
}

// verify returns the claims of a JWT that is good but for its age. All that can be
// wrong with it is one error.
func (w *worker) verify(text string, now time.Time) (*claims, error) {
	keys := w.keys.Load()
	key, err := keys.find(text)
	if err != nil {
		return nil, errInvalid
	}
	var p payload
	if _, err = parser.ParseWithClaims(text, &p, key.verifier); err != nil {
		return nil, errInvalid
	}
	c, err := w.decode(p.raw, now)
	if err != nil {
		return nil, errInvalid
	}
	c.old = key.id != keys.signing.id
	return c, nil
}

// find returns the key that a JWT names. Its header has "kid", "typ" and "alg" (see
// verifier) and no other member, so that none can bring a key along (jwk, jku, x5c, x5u), change what is
// signed (b64, crit) or how it is read (zip).
func (r *ring) find(text string) (key Key, err error) {
	if len(text) > maxToken {
		return key, errHeader
	}
	head, _, _ := strings.Cut(text, ".")
	raw, err := base64.RawURLEncoding.Strict().DecodeString(head)
	if err != nil {
		return key, err
	}
	o, err := parseObject(raw)
	if err != nil {
		return key, err
	}
	key, known := r.byID[o.text("kid")]
	if !known || o.text("typ") != Type || len(o.members) != 3 {
		return key, errHeader
	}
	return key, nil
}

// verifier gives the key to the library, if the algorithm that the header names is the
// key's.
func (k Key) verifier(token *gojwt.Token) (any, error) {
	if token.Method != k.method {
		return nil, errHeader
	}
	return k.verify, nil
}
