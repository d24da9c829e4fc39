package itsdangerous

import (
	"cmp"
	"crypto/sha1" //nolint:gosec // the original's default; HMAC doesn't need it to resist collisions
	"errors"
	"fmt"
	"hash"
	"strings"
	"time"

	"github.com/coatcheck-go/session/compat/internal/mac"
	"github.com/coatcheck-go/session/compat/internal/payload"
)

// A KeyDerivation says how a signing key is made of a secret key and a salt
// (signer.py, Signer.derive_key).
type KeyDerivation string

// The original's names for them.
const (
	DjangoConcat KeyDerivation = "django-concat" // digest(salt + "signer" + key); the default
	Concat       KeyDerivation = "concat"        // digest(salt + key)
	HMAC         KeyDerivation = "hmac"          // HMAC(key, salt); what Flask uses
	None         KeyDerivation = "none"          // the key as it is
)

// Options are what the two sides must agree on besides the keys. The zero value
// is what the original does by default.
type Options struct {
	// Salt tells signatures for one purpose from those for another. Default:
	// "itsdangerous.Signer" for signers, "itsdangerous" for serializers.
	Salt string

	// Separator stands between the parts; default ".". It must not be part of
	// the alphabet of base64.
	Separator string

	// KeyDerivation defaults to DjangoConcat.
	KeyDerivation KeyDerivation

	// Digest defaults to SHA-1, the original's default.
	Digest func() hash.Hash

	// Now defaults to time.Now.
	Now func() time.Time

	// MaxInflated is how many bytes a compressed payload may grow to; default
	// 1 MiB. The original has no limit.
	MaxInflated int

	// ASCII makes Dumps write what isn't ASCII as \u00eb, as Flask does
	// (ensure_ascii). The original's own default is UTF-8.
	ASCII bool
}

// base64Alphabet is in the original's order (encoding.py, _base64_alphabet), for
// a separator is refused if it is a part of just this text.
const base64Alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_="

func (o Options) withDefaults(salt string) Options {
	o.Salt = cmp.Or(o.Salt, salt)
	o.Separator = cmp.Or(o.Separator, ".")
	o.KeyDerivation = cmp.Or(o.KeyDerivation, DjangoConcat)
	o.MaxInflated = cmp.Or(o.MaxInflated, payload.DefaultLimit)
	if o.Digest == nil {
		o.Digest = sha1.New
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return o
}

func (o Options) check() error {
	switch o.KeyDerivation {
	case DjangoConcat, Concat, HMAC, None:
	default:
		return fmt.Errorf("itsdangerous: no key derivation is called %q", o.KeyDerivation)
	}
	switch {
	case strings.Contains(base64Alphabet, o.Separator):
		return fmt.Errorf("itsdangerous: the separator %q may be part of a signature", o.Separator)
	case o.MaxInflated < 0:
		return errors.New("itsdangerous: MaxInflated is negative")
	}
	return nil
}

// derive makes a signing key of a secret one.
func (o Options) derive(secret string) []byte {
	switch o.KeyDerivation {
	case Concat:
		return mac.Hash(o.Digest, o.Salt, secret)
	case HMAC:
		return mac.HMAC(o.Digest, secret, o.Salt)
	case None:
		return []byte(secret)
	}
	return mac.Hash(o.Digest, o.Salt, "signer", secret)
}
