package main

import (
	"crypto/sha1" //nolint:gosec // Flask signs with it
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"errors"
	"hash"
	"strings"
	"time"

	"github.com/coatcheck-go/session/compat/django"
	"github.com/coatcheck-go/session/compat/djangosigning"
	"github.com/coatcheck-go/session/compat/itsdangerous"
)

// A recipe is one way in which a token may have been signed.
type recipe struct {
	Format     string `json:"format"`
	Salt       string `json:"salt,omitempty"`
	Derivation string `json:"derivation,omitempty"`
	Digest     string `json:"digest,omitempty"`

	timed  bool
	prefix string // in front of every key
}

// flaskCookie is what Flask signs its sessions by.
var flaskCookie = recipe{
	Format: "Flask session cookie", Salt: "cookie-session", Derivation: string(itsdangerous.HMAC), Digest: "sha1", timed: true,
}

const (
	itsdangerousFormat = "itsdangerous"
	djangoFormat       = "Django"
	pre31Format        = "Django session before 3.1"
)

var digests = map[string]func() hash.Hash{"sha1": sha1.New, "sha256": sha256.New, "sha512": sha512.New}

// guesses are the recipes that a token may be of, the likely ones first. More salts
// go before those that are known.
func guesses(token string, salts []string) (all []recipe) {
	if strings.Contains(token, ":") {
		return djangoGuesses(salts)
	}
	all = append(all, flaskCookie)
	for _, salt := range append(salts, "itsdangerous", "cookie-session", "itsdangerous.Signer") {
		for _, derivation := range []itsdangerous.KeyDerivation{itsdangerous.DjangoConcat, itsdangerous.HMAC, itsdangerous.Concat, itsdangerous.None} {
			for _, digest := range []string{"sha1", "sha256", "sha512"} {
				for _, timed := range []bool{true, false} {
					all = append(all, recipe{itsdangerousFormat, salt, string(derivation), digest, timed, ""})
				}
			}
		}
	}
	return append(all, recipe{Format: pre31Format})
}

func djangoGuesses(salts []string) (all []recipe) {
	known := []string{
		djangosigning.SessionSalt, djangosigning.CookieSessionSalt, djangosigning.DumpsSalt, djangosigning.MessagesSalt,
		"", // the signer's own
	}
	for _, salt := range append(salts, known...) {
		for _, digest := range []string{"sha256", "sha1"} {
			for _, prefix := range []string{"", djangosigning.CookieKeyPrefix} {
				for _, timed := range []bool{true, false} {
					all = append(all, recipe{djangoFormat, salt, "", digest, timed, prefix})
				}
			}
		}
	}
	return all
}

// open opens a token that was signed by r with key. Without a time it is zero.
func (r recipe) open(token, key string) (data []byte, at time.Time, err error) {
	switch r.Format {
	case djangoFormat:
		return r.openDjango(token, key)
	case pre31Format:
		p, err := djangosigning.NewPre31(key, "SessionStore")
		if err != nil {
			return nil, at, err
		}
		if data, err = p.Open(token); err != nil {
			data = unsafePre31(token)
		}
		return data, at, err
	}
	if r.timed {
		s, err := itsdangerous.NewURLSafeTimedSerializer([]string{key}, r.itsdangerous())
		if err != nil {
			return nil, at, err
		}
		return s.OpenUnsafe(token)
	}
	s, err := itsdangerous.NewURLSafeSerializer([]string{key}, r.itsdangerous())
	if err != nil {
		return nil, at, err
	}
	data, err = s.OpenUnsafe(token)
	return data, at, err
}

// unsafePre31 is what a session before 3.1 says, whoever signed it: what stands after the
// signature in hexadecimal.
func unsafePre31(token string) []byte {
	text, err := base64.StdEncoding.DecodeString(token)
	if err != nil || len(text) <= 2*sha1.Size || text[2*sha1.Size] != ':' {
		return nil
	}
	return text[2*sha1.Size+1:]
}

// openDjango opens what a signer of Django has signed: an object, or text as it is.
func (r recipe) openDjango(token, key string) (data []byte, at time.Time, err error) {
	timed, plain, err := r.djangoSigners(key)
	if err != nil {
		return nil, at, err
	}
	var text string
	var textErr error
	if r.timed {
		data, at, err = timed.OpenUnsafe(token)
		text, _, textErr = timed.Unsign(token)
	} else {
		data, err = plain.Open(token)
		text, textErr = plain.Unsign(token)
	}
	if textErr == nil && (err != nil || !json.Valid(data) && !isPickle(data)) && !strings.HasPrefix(text, ".") {
		return []byte(text), at, nil
	}
	return data, at, err
}

// djangoSigners are the two kinds; r is of one of them.
func (r recipe) djangoSigners(key string) (*djangosigning.TimestampSigner, *djangosigning.Signer, error) {
	o := djangosigning.Options{Salt: r.Salt, Digest: digests[r.Digest], KeyPrefix: r.prefix, Compress: true}
	if r.timed {
		timed, err := djangosigning.NewTimestampSigner(key, o)
		return timed, nil, err
	}
	plain, err := djangosigning.NewSigner(key, o)
	return nil, plain, err
}

// isPickle tells pickles of protocol 2 and newer from other data.
func isPickle(data []byte) bool { return len(data) > 0 && data[0] == 0x80 }

func (r recipe) itsdangerous() itsdangerous.Options {
	return itsdangerous.Options{
		Salt: r.Salt, KeyDerivation: itsdangerous.KeyDerivation(r.Derivation), Digest: digests[r.Digest], ASCII: true,
	}
}

// seal signs v, which is made of what encoding/json reads into an any.
func (r recipe) seal(v any, key string) (string, error) {
	switch {
	case r.Format == djangoFormat:
		return r.sealDjango(v, key)
	case r.Format == pre31Format:
		return sealPre31(v, key)
	case r.timed:
		s, err := itsdangerous.NewURLSafeTimedSerializer([]string{key}, r.itsdangerous())
		if err != nil {
			return "", err
		}
		return s.Dumps(v)
	}
	s, err := itsdangerous.NewURLSafeSerializer([]string{key}, r.itsdangerous())
	if err != nil {
		return "", err
	}
	return s.Dumps(v)
}

func (r recipe) sealDjango(v any, key string) (string, error) {
	timed, plain, err := r.djangoSigners(key)
	switch {
	case err != nil:
		return "", err
	case r.timed:
		return timed.Dumps(v)
	}
	return plain.Dumps(v)
}

func sealPre31(v any, key string) (string, error) {
	data, err := django.Codec{}.Marshal(v)
	if err != nil {
		return "", err
	}
	p, err := djangosigning.NewPre31(key, "SessionStore")
	if err != nil {
		return "", err
	}
	return p.Seal(data), nil
}

// badPayload reports whether err says that a signature is right and what it signs
// can't be read.
func badPayload(err error) bool {
	return errors.Is(err, itsdangerous.ErrBadPayload) || errors.Is(err, djangosigning.ErrBadPayload)
}
