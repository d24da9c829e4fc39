package signer

import (
	"crypto/hmac"
	"encoding/base64"
	"strings"
	"sync"

	"github.com/coatcheck-go/session/compat/internal/mac"
	"github.com/coatcheck-go/session/compat/internal/payload"
)

// Sign returns value with its signature.
func (s *Signer) Sign(value string) string {
	return s.sign(func(b []byte) []byte { return append(b, value...) })
}

// buffers are where tokens are made. One that has grown beyond maxKept isn't kept.
var buffers = sync.Pool{New: func() any { return new([]byte) }}

const maxKept = 64 << 10

// sign returns what write appends, with its signature.
func (s *Signer) sign(write func(dst []byte) []byte) string {
	buffer := buffers.Get().(*[]byte)
	b := write((*buffer)[:0])
	var sum [64]byte
	sig := mac.Append(s.Keys[0], sum[:0], b)
	b = base64.RawURLEncoding.AppendEncode(append(b, s.Separator...), sig)
	signed := string(b)
	if cap(b) <= maxKept {
		*buffer = b
		buffers.Put(buffer)
	}
	return signed
}

// Unsign returns the value that was signed.
func (s *Signer) Unsign(signed string) (string, error) {
	value, sig, ok := s.cut(signed)
	if !ok || !s.verify(value, sig) {
		return "", s.BadSignature
	}
	return value, nil
}

// cut cuts at the last separator.
func (s *Signer) cut(signed string) (value, last string, ok bool) {
	i := strings.LastIndex(signed, s.Separator)
	if i < 0 {
		return "", "", false
	}
	return signed[:i], signed[i+len(s.Separator):], true
}

// verify takes the time that it takes, wherever the first difference is.
func (s *Signer) verify(value, sig string) bool {
	got := []byte(sig)
	if !s.Exact {
		var room [64]byte
		var err error
		if got, err = payload.AppendBase64(room[:0], sig); err != nil {
			return false
		}
	}
	var sum [64]byte
	var text [86]byte
	for _, k := range s.Keys {
		want := mac.Append(k, sum[:0], value)
		if s.Exact {
			want = base64.RawURLEncoding.AppendEncode(text[:0], want)
		}
		if hmac.Equal(got, want) {
			return true
		}
	}
	return false
}
