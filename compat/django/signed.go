package django

import (
	"crypto/sha1" //nolint:gosec // Django's until 3.1; HMAC doesn't need it to resist collisions
	"crypto/sha256"
	"fmt"
	"hash"
	"time"

	"github.com/coatcheck-go/session/compat/djangosigning"
	"github.com/coatcheck-go/session/compat/python"
)

// A Signer makes the text in which Django's db, file and cached_db engines keep a
// session: what a Serializer gives, signed. It is a Serializer itself, so that a
// backend which keeps a session in two forms can turn one into the other. It is
// safe for concurrent use.
type Signer struct {
	o    Options
	form form
}

var _ Serializer = (*Signer)(nil)

// NewSigner returns the Signer of these Options, of which it needs SecretKeys, Class,
// Serializer, SHA1, CookieAge and Zone. The error is for those.
func NewSigner(o Options) (*Signer, error) {
	o = o.withDefaults()
	f, err := o.signedForm("django.contrib.sessions." + o.Class)
	return &Signer{o, f}, err
}

// Dumps returns the text of d, signed now.
func (s *Signer) Dumps(d *python.Dict) ([]byte, error) {
	data, err := s.form.serializer.Dumps(d)
	if err != nil {
		return nil, err
	}
	return []byte(s.form.seal(data, time.Now())), nil
}

// Loads reads such text, however old. An error: it isn't signed by any of the keys, or
// is no session.
func (s *Signer) Loads(text []byte) (*python.Dict, error) {
	data, _, err := s.form.open(string(text))
	if err != nil {
		return nil, err
	}
	return s.form.serializer.Loads(data)
}

// Encode returns a function that turns the text of a session into the bytes that
// another Serializer makes of it. A djangostore.CachedDB needs one for [Pickle].
func (s *Signer) Encode(to Serializer) func(text string) (string, error) {
	return func(text string) (string, error) {
		d, err := s.Loads([]byte(text))
		if err != nil {
			return "", err
		}
		data, err := to.Dumps(d)
		return string(data), err
	}
}

// Expiry returns when the session of a text that was saved at modified ends by its own
// _session_expiry; ok is false if it has none, or isn't a session. A folder of
// djangostore asks for it.
func (s *Signer) Expiry(text string, modified time.Time) (until time.Time, ok bool) {
	entries, _, err := s.form.read(text)
	if err != nil {
		return until, false
	}
	raw := (&state{entries: entries}).raw(expiryKey)
	x, err := s.o.readExpiry(raw)
	switch {
	case err != nil || raw == "" || raw == "null" || x.age == s.o.CookieAge && !x.persistent:
		return until, false
	case !x.until.IsZero():
		return x.until, true
	}
	return modified.Add(x.age), true
}

// signedForm is that of text under a salt.
func (o Options) signedForm(salt string) (f form, err error) {
	f.serializer = o.Serializer
	key, fallbacks, err := o.secretKeys()
	if err != nil {
		return f, err
	}
	so := djangosigning.Options{Salt: salt, Fallbacks: fallbacks, Digest: o.digest(), AcceptSHA1: o.SHA1 == ReadSHA1, Compress: true}
	if f.signer, err = djangosigning.NewTimestampSigner(key, so); err != nil {
		return f, fmt.Errorf("django: %w", err)
	}
	if o.SHA1 == NoSHA1 || salt == cookieSalt {
		return f, nil
	}
	for _, secret := range o.SecretKeys {
		p, err := djangosigning.NewPre31(secret, o.Class)
		if err != nil {
			return f, fmt.Errorf("django: %w", err)
		}
		f.pre31 = append(f.pre31, p)
	}
	f.legacy = o.SHA1 == WriteSHA1
	return f, nil
}

// digest is that of everything that is signed here.
func (o Options) digest() func() hash.Hash {
	if o.SHA1 == WriteSHA1 {
		return sha1.New
	}
	return sha256.New
}
