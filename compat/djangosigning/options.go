package djangosigning

import (
	"cmp"
	"crypto/sha1" //nolint:gosec // Django's until 3.1; HMAC doesn't need it to resist collisions
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"strings"
	"time"

	"github.com/coatcheck-go/session/compat/internal/mac"
	"github.com/coatcheck-go/session/compat/internal/payload"
)

// Options are what the two sides must agree on besides SECRET_KEY. The zero value
// is what Django does by default.
type Options struct {
	// Salt tells signatures for one purpose from those for another. Default:
	// "django.core.signing." and the signer's name.
	Salt string

	// Fallbacks are SECRET_KEY_FALLBACKS: keys that are still accepted, tried
	// in this order after SECRET_KEY. They never sign.
	Fallbacks []string

	// KeyPrefix is put before every key; see CookieKeyPrefix. Default: none.
	KeyPrefix string

	// Separator stands between the parts; default ":".
	Separator string

	// Digest defaults to SHA-256. With sha1.New it is what Django before 3.1
	// signed, and 3.1 and 3.2 under DEFAULT_HASHING_ALGORITHM = "sha1".
	Digest func() hash.Hash

	// AcceptSHA1 accepts signatures made with SHA-1 as well, as 3.1 and 3.2 do.
	AcceptSHA1 bool

	// Compress makes Seal and Dumps compress where that makes the token shorter,
	// as Django does for sessions and messages. Compressed ones are always read.
	Compress bool

	// Now defaults to time.Now.
	Now func() time.Time

	// MaxInflated is how many bytes a compressed payload may grow to; default
	// 1 MiB. Django has no limit.
	MaxInflated int
}

func (o Options) withDefaults(signer string) Options {
	o.Salt = cmp.Or(o.Salt, "django.core.signing."+signer)
	o.Separator = cmp.Or(o.Separator, ":")
	o.MaxInflated = cmp.Or(o.MaxInflated, payload.DefaultLimit)
	if o.Digest == nil {
		o.Digest = sha256.New
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return o
}

func (o Options) check() error {
	// signing.py, _SEP_UNSAFE: "$" matches before a line's end, too.
	if strings.Trim(strings.TrimSuffix(o.Separator, "\n"), unsafeSeparator) == "" {
		return fmt.Errorf("djangosigning: the separator %q may be part of a token", o.Separator)
	}
	if o.MaxInflated < 0 {
		return errors.New("djangosigning: MaxInflated is negative")
	}
	return nil
}

// unsafeSeparator is [A-z0-9-_=]: from A to z there are more than letters.
const unsafeSeparator = "ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz0123456789-="

// keys derives the signing keys, in the order they are tried.
func (o Options) keys(key string) ([]*mac.Key, error) {
	var keys []*mac.Key
	digests := []func() hash.Hash{o.Digest}
	if o.AcceptSHA1 {
		digests = append(digests, sha1.New)
	}
	for _, secret := range append([]string{key}, o.Fallbacks...) {
		for _, digest := range digests {
			k, err := saltedHMAC(digest, o.Salt+"signer", o.KeyPrefix, secret)
			if err != nil {
				return nil, err
			}
			keys = append(keys, k)
		}
	}
	return keys, nil
}

// saltedHMAC is django/utils/crypto.py, salted_hmac, with prefix + secret as the key.
func saltedHMAC(digest func() hash.Hash, salt, prefix, secret string) (*mac.Key, error) {
	return format.Key(secret, digest, func() []byte { return mac.Hash(digest, salt, prefix, secret) })
}
