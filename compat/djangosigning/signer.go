package djangosigning

import (
	"crypto/hmac"
	"encoding/base64"
	"strings"

	"github.com/coatcheck-go/session/compat/internal/mac"
)

// A Signer signs text and data: value + separator + signature (signing.py,
// Signer).
type Signer struct {
	keys []*mac.Key // in the order they are tried; the first one signs
	o    Options
}

// NewSigner returns a Signer that signs with key, Django's SECRET_KEY.
//
// An error: an empty key, a separator that a token could hold, or a digest this
// process may not use (SHA-1 under GODEBUG=fips140=only).
func NewSigner(key string, o Options) (*Signer, error) { return newSigner(key, o, "Signer") }

func newSigner(key string, o Options, name string) (*Signer, error) {
	o = o.withDefaults(name)
	if err := o.check(); err != nil {
		return nil, err
	}
	keys, err := o.keys(key)
	if err != nil {
		return nil, err
	}
	o.Fallbacks = nil // no signer prints a key
	return &Signer{keys, o}, nil
}

// Sign returns value with its signature.
func (s *Signer) Sign(value string) string {
	return s.sign(append(make([]byte, 0, len(value)+s.room()), value...))
}

// sign returns what is in b with its signature.
func (s *Signer) sign(b []byte) string {
	var sum [64]byte
	sig := mac.Append(s.keys[0], sum[:0], b)
	return string(base64.RawURLEncoding.AppendEncode(append(b, s.o.Separator...), sig))
}

// room is for a separator and a signature, a separator and a time.
func (s *Signer) room() int { return 2*len(s.o.Separator) + 86 + 12 }

// Unsign returns the value that was signed. The error is ErrBadSignature.
func (s *Signer) Unsign(signed string) (string, error) {
	value, sig, ok := s.cut(signed)
	if !ok || !s.verify(value, sig) {
		return "", ErrBadSignature
	}
	return value, nil
}

// cut cuts at the last separator.
func (s *Signer) cut(signed string) (value, last string, ok bool) {
	i := strings.LastIndex(signed, s.o.Separator)
	if i < 0 {
		return "", "", false
	}
	return signed[:i], signed[i+len(s.o.Separator):], true
}

// verify compares the text of the signature, not the bytes it stands for, so
// there is one spelling only (signing.py, Signer.unsign).
func (s *Signer) verify(value, sig string) bool {
	var sum [64]byte
	var text [86]byte
	for _, k := range s.keys {
		want := base64.RawURLEncoding.AppendEncode(text[:0], mac.Append(k, sum[:0], value))
		if hmac.Equal([]byte(sig), want) {
			return true
		}
	}
	return false
}
