package sealed

import (
	"crypto/hmac"
	"crypto/sha256"
	"sync/atomic"

	"github.com/coatcheck-go/session/keyring"
)

// A signed token's bytes:
//
//	 1 version, 2
//	 4 key ID
//	   payload, readable
//	32 HMAC-SHA256 of what the token is good for and of all before it
const signPurpose = "sealed/hmac-sha256"

// A signer signs and hides nothing.
type signer struct {
	ring  *keyring.Ring
	bound []byte
	last  atomic.Pointer[signing]
}

// A signing is the derived key that was used last: nearly always the first key's.
type signing struct {
	key *keyring.Key
	sub []byte
}

func (*signer) version() byte { return versionSigned }

func (g *signer) seal(payload []byte) ([]byte, error) {
	key := g.ring.First()
	raw := head(versionSigned, key, headSize+len(payload)+sha256.Size)
	raw = append(raw, payload...)
	mac, err := g.mac(key, raw)
	return append(raw, mac...), err
}

func (g *signer) open(key *keyring.Key, raw []byte) (payload []byte, ok bool) {
	end := len(raw) - sha256.Size
	if end < headSize {
		return nil, false
	}
	mac, err := g.mac(key, raw[:end])
	if err != nil || !hmac.Equal(mac, raw[end:]) {
		return nil, false
	}
	return raw[headSize:end], true
}

func (g *signer) mac(key *keyring.Key, raw []byte) ([]byte, error) {
	sub, err := g.subkey(key)
	if err != nil {
		return nil, err
	}
	h := hmac.New(sha256.New, sub)
	h.Write(g.bound)
	h.Write(raw)
	return h.Sum(nil), nil
}

func (g *signer) subkey(key *keyring.Key) ([]byte, error) {
	if last := g.last.Load(); last != nil && last.key == key {
		return last.sub, nil
	}
	sub, err := key.Subkey(sha256.Size, signPurpose)
	if err == nil {
		g.last.Store(&signing{key, sub})
	}
	return sub, err
}
