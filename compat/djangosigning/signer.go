package djangosigning

import "github.com/coatcheck-go/session/compat/internal/signer"

// A Signer signs text and data: value + separator + signature (signing.py,
// Signer).
type Signer struct{ s *signer.Signer }

// NewSigner returns a Signer that signs with key, Django's SECRET_KEY.
//
// An error: an empty key, a separator that a token could hold, or a digest this
// process may not use (SHA-1 under GODEBUG=fips140=only).
func NewSigner(key string, o Options) (*Signer, error) {
	s, err := newSigner(key, o, "Signer")
	if err != nil {
		return nil, err
	}
	return &Signer{s}, nil
}

// format is Django's own. It compares the text of signatures, not the bytes it stands
// for, so there is one spelling only (signing.py, Signer.unsign).
var format = &signer.Format{
	Name:         "djangosigning",
	Exact:        true,
	AppendTime:   appendTime,
	ReadTime:     readTime,
	CheckAge:     checkAge,
	Text:         latin1,
	BadSignature: ErrBadSignature,
	BadTime:      ErrBadTime,
	BadPayload:   ErrBadPayload,
}

func newSigner(key string, o Options, name string) (*signer.Signer, error) {
	o = o.withDefaults(name)
	if err := o.check(); err != nil {
		return nil, err
	}
	keys, err := o.keys(key)
	if err != nil {
		return nil, err
	}
	return &signer.Signer{
		Format: format, Keys: keys, Separator: o.Separator,
		Compress: o.Compress, ASCII: true, MaxInflated: o.MaxInflated, Now: o.Now,
	}, nil
}

// Sign returns value with its signature.
func (s *Signer) Sign(value string) string { return s.s.Sign(value) }

// Unsign returns the value that was signed. The error is ErrBadSignature.
func (s *Signer) Unsign(signed string) (string, error) { return s.s.Unsign(signed) }
