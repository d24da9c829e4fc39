// Package payload is the part of a token that itsdangerous and Django spell
// alike:
//
//	PAYLOAD := base64url(DATA)            without padding
//	         | "." base64url(zlib(DATA))  if that saves two bytes or more
//
// The originals: itsdangerous url_safe.py, URLSafeSerializerMixin.dump_payload
// and load_payload; django/core/signing.py, Signer.sign_object and
// unsign_object.
package payload

import (
	"encoding/base64"
	"errors"
)

// What can be wrong with a payload.
var (
	ErrBase64   = errors.New("not base64")
	ErrZlib     = errors.New("not zlib")
	ErrTooLarge = errors.New("inflates beyond the limit")
)

// DefaultLimit is what a payload may inflate to if the caller doesn't say:
// 1 MiB. Four kilobytes of cookie could become four megabytes.
const DefaultLimit = 1 << 20

// Append appends the payload of data to dst, compressed if asked to and if that
// makes it shorter.
func Append(dst, data []byte, compress bool) []byte {
	if compress {
		b := deflate(data)
		defer buffers.Put(b)
		if packed := b.Bytes(); len(packed) < len(data)-1 {
			return base64.RawURLEncoding.AppendEncode(append(dst, '.'), packed)
		}
	}
	return base64.RawURLEncoding.AppendEncode(dst, data)
}

// MaxLen is the length of the longest payload of n bytes.
func MaxLen(n int) int { return 1 + base64.RawURLEncoding.EncodedLen(n) }

// Decode is the reverse of Append. Data that would inflate beyond limit bytes is
// ErrTooLarge, found out before more than that is held.
func Decode(s string, limit int) ([]byte, error) {
	if s == "" || s[0] != '.' {
		return Base64(s)
	}
	f := inflaters.Get().(*inflater)
	defer inflaters.Put(f)
	var err error
	if f.packed, err = AppendBase64(f.packed[:0], s[1:]); err != nil {
		return nil, err
	}
	return f.inflate(f.packed, limit)
}
