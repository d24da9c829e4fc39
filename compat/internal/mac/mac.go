// Package mac computes HMACs under a fixed key without setting it up anew.
package mac

import (
	"crypto/hmac"
	"fmt"
	"hash"
	"sync"
)

// A Key is an HMAC with its key. It is safe for concurrent use.
type Key struct{ pool sync.Pool }

// state is a keyed HMAC and room for what goes in and comes out: what is handed to
// an interface would otherwise be allocated each time.
type state struct {
	mac     hash.Hash
	in, out []byte
}

// New returns the HMAC of digest under the key that derive makes. An error: the
// digest can't be used, as SHA-1 can't under GODEBUG=fips140=only.
func New(digest func() hash.Hash, derive func() []byte) (k *Key, err error) {
	// The cryptographic packages panic over what isn't permitted. Here, where
	// the caller's choice is tried for the first time, that is an error.
	defer func() {
		if p := recover(); p != nil {
			k, err = nil, fmt.Errorf("digest refused: %v", p)
		}
	}()
	key := derive()
	k = &Key{}
	k.pool.New = func() any { return &state{mac: hmac.New(digest, key)} }
	Append(k, nil, "")
	return k, nil
}

// Append appends the HMAC of msg under k to dst. The two may share memory.
func Append[T string | []byte](k *Key, dst []byte, msg T) []byte {
	s := k.pool.Get().(*state)
	s.in = append(s.in[:0], msg...)
	s.mac.Reset()
	s.mac.Write(s.in)
	s.out = s.mac.Sum(s.out[:0])
	dst = append(dst, s.out...)
	k.pool.Put(s)
	return dst
}

// Hash returns the digest of the parts, one after the other.
func Hash(digest func() hash.Hash, parts ...string) []byte {
	h := digest()
	for _, p := range parts {
		h.Write([]byte(p))
	}
	return h.Sum(nil)
}

// HMAC returns the HMAC of msg under key.
func HMAC(digest func() hash.Hash, key, msg string) []byte {
	h := hmac.New(digest, []byte(key))
	h.Write([]byte(msg))
	return h.Sum(nil)
}
