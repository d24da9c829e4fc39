package itsdangerous

import (
	"crypto/hmac"
	"encoding/base64"
	"errors"
	"strings"

	"github.com/coatcheck-go/session/compat/internal/mac"
	"github.com/coatcheck-go/session/compat/internal/payload"
)

// A Signer signs text: value + separator + signature (signer.py, Signer).
type Signer struct {
	keys []*mac.Key // newest first
	o    Options
}

// NewSigner returns a Signer. The keys are in the original's order, oldest first:
// the last one signs, and all are accepted, newest first.
//
// An error: no key, an empty key, an unknown derivation, a separator that base64
// could hold, or a digest this process may not use (SHA-1 under
// GODEBUG=fips140=only).
func NewSigner(keys []string, o Options) (*Signer, error) {
	return newSigner(keys, o, "itsdangerous.Signer")
}

func newSigner(keys []string, o Options, salt string) (*Signer, error) {
	o = o.withDefaults(salt)
	if err := o.check(); err != nil {
		return nil, err
	}
	if len(keys) == 0 {
		return nil, errors.New("itsdangerous: no key")
	}
	s := &Signer{o: o, keys: make([]*mac.Key, len(keys))}
	for i, secret := range keys {
		k, err := o.key(secret)
		if err != nil {
			return nil, err
		}
		s.keys[len(keys)-1-i] = k
	}
	return s, nil
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
func (s *Signer) room() int { return 2*len(s.o.Separator) + 86 + 11 }

// Unsign returns the value that was signed. The error is ErrBadSignature.
//
// As in the original, the last character of a signature may have several
// spellings; what they verify is the same.
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

// verify compares the decoded bytes, not their spelling (signer.py,
// Signer.verify_signature).
func (s *Signer) verify(value, sig string) bool {
	got, err := payload.Base64(sig)
	if err != nil {
		return false
	}
	var sum [64]byte
	for _, k := range s.keys {
		if hmac.Equal(got, mac.Append(k, sum[:0], value)) {
			return true
		}
	}
	return false
}
