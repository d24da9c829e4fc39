package session

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"hash/crc32"
	"unsafe"
)

// A token is recognisable, so that a secret scanner finds a leaked one:
//
//	coat1_  43 characters of base64url: 32 random bytes
//	        6 characters of base 62: CRC-32 (IEEE) of all before it
//
// The matching expression is coat1_[A-Za-z0-9_-]{43}[0-9A-Za-z]{6}. The
// checksum is no secret; it stops junk before any I/O.
const (
	tokenPrefix  = "coat1_"
	tokenRandom  = 32
	tokenSumAt   = len(tokenPrefix) + 43
	tokenSumSize = 6
	tokenSize    = tokenSumAt + tokenSumSize
	base62       = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
)

// tokenBase64 accepts one spelling of a value only.
var tokenBase64 = base64.RawURLEncoding.Strict()

// newToken returns a fresh token with 256 bits from crypto/rand, which ends the
// program rather than return anything predictable.
func newToken() string {
	var raw [tokenRandom]byte
	_, _ = rand.Read(raw[:]) // never fails, see its documentation
	var text [tokenSize]byte
	copy(text[:], tokenPrefix)
	tokenBase64.Encode(text[len(tokenPrefix):tokenSumAt], raw[:])
	putChecksum(&text)
	return string(text[:])
}

func putChecksum(text *[tokenSize]byte) {
	sum := crc32.ChecksumIEEE(text[:tokenSumAt])
	for i := tokenSize - 1; i >= tokenSumAt; i-- {
		text[i] = base62[sum%62]
		sum /= 62
	}
}

// checked reports whether a token of the right size ends in its checksum. It reads
// the string in place: crc32 would move a copy of it to the heap at every request,
// and a loop of our own is a tenth of a request slower.
func checked(token string) bool {
	sum := crc32.ChecksumIEEE(unsafe.Slice(unsafe.StringData(token), tokenSumAt)) //nolint:gosec // only read
	for i := tokenSize - 1; i >= tokenSumAt; i-- {
		if token[i] != base62[sum%62] {
			return false
		}
		sum /= 62
	}
	return true
}

// tokenKey returns the key of the record that token stands for, in the
// application whose digest app is; false when the token is none of ours by its
// form. The key is SHA-256(app ‖ the 32 random bytes): a copy of the store
// holds no usable token, and looking one up leaks nothing by its timing.
func tokenKey(app [appSize]byte, token string) (Key, bool) {
	if len(token) != tokenSize || token[:len(tokenPrefix)] != tokenPrefix || !checked(token) {
		return "", false
	}
	var text [tokenSumAt - len(tokenPrefix)]byte
	copy(text[:], token[len(tokenPrefix):])
	var sum [appSize + tokenRandom]byte
	copy(sum[:], app[:])
	if _, err := tokenBase64.Decode(sum[appSize:], text[:]); err != nil {
		return "", false
	}
	key := sha256.Sum256(sum[:])
	return Key(key[:]), true
}

// appSize is so that app and token are hashed in one block.
const appSize = 16

// appDigest stands for an application and a purpose in every key, so that a
// token of one application is unknown in another although they share a store.
// Both are length-prefixed: no two pairs run together to the same text.
func appDigest(app, purpose string) (digest [appSize]byte) {
	text := binary.AppendUvarint([]byte("coatcheck/v1"), uint64(len(app)))
	text = append(text, app...)
	text = append(binary.AppendUvarint(text, uint64(len(purpose))), purpose...)
	sum := sha256.Sum256(text)
	copy(digest[:], sum[:])
	return digest
}
