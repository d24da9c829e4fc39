package itsdangerous

import (
	"errors"

	"github.com/coatcheck-go/session/compat/internal/mac"
	"github.com/coatcheck-go/session/compat/internal/signer"
)

// A Signer signs text: value + separator + signature (signer.py, Signer).
type Signer struct{ s *signer.Signer }

// NewSigner returns a Signer. The keys are in the original's order, oldest first:
// the last one signs, and all are accepted, newest first.
//
// An error: no key, an empty key, an unknown derivation, a separator that base64
// could hold, or a digest this process may not use (SHA-1 under
// GODEBUG=fips140=only).
func NewSigner(keys []string, o Options) (*Signer, error) {
	s, err := newSigner(keys, o, "itsdangerous.Signer")
	if err != nil {
		return nil, err
	}
	return &Signer{s}, nil
}

// format is itsdangerous' own. It compares the decoded bytes of signatures, not their
// spelling (signer.py, Signer.verify_signature).
var format = &signer.Format{
	Name:         "itsdangerous",
	AppendTime:   appendTime,
	ReadTime:     readTime,
	CheckAge:     checkAge,
	BadSignature: ErrBadSignature,
	BadTime:      ErrBadTime,
	BadPayload:   ErrBadPayload,
}

func newSigner(keys []string, o Options, salt string) (*signer.Signer, error) {
	o = o.withDefaults(salt)
	if err := o.check(); err != nil {
		return nil, err
	}
	if len(keys) == 0 {
		return nil, errors.New("itsdangerous: no key")
	}
	s := &signer.Signer{
		Format: format, Keys: make([]*mac.Key, len(keys)), Separator: o.Separator,
		Compress: true, ASCII: o.ASCII, MaxInflated: o.MaxInflated, Now: o.Now,
	}
	for i, secret := range keys {
		k, err := format.Key(secret, o.Digest, func() []byte { return o.derive(secret) })
		if err != nil {
			return nil, err
		}
		s.Keys[len(keys)-1-i] = k
	}
	return s, nil
}

// Sign returns value with its signature.
func (s *Signer) Sign(value string) string { return s.s.Sign(value) }

// Unsign returns the value that was signed. The error is ErrBadSignature.
//
// As in the original, the last character of a signature may have several
// spellings; what they verify is the same.
func (s *Signer) Unsign(signed string) (string, error) { return s.s.Unsign(signed) }
