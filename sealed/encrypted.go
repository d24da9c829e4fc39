package sealed

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/coatcheck-go/session/keyring"
)

// An encrypted token's bytes:
//
//	 1 version, 1
//	 4 key ID
//	16 salt
//	16 commitment
//	12 nonce
//	   ciphertext
//	16 tag
//
// The package's documentation tells why.
const (
	saltSize       = 16
	aesKeySize     = 32
	commitmentSize = 16
	saltEnd        = headSize + saltSize
	commitmentEnd  = saltEnd + commitmentSize
	gcmOverhead    = 12 + 16

	encryptPurpose = "sealed/aes-256-gcm"
)

// A salt serves only so many tokens and so long.
const (
	maxPerSalt = 1 << 20
	saltAge    = time.Hour
)

// A crypter seals by AES-256-GCM.
type crypter struct {
	ring    *keyring.Ring
	bound   []byte
	current atomic.Pointer[sealing]
	known   derivedCache
}

func (*crypter) version() byte { return versionEncrypted }

// A sealing is the derived key that seals now.
type sealing struct {
	*derived
	until time.Time
	used  atomic.Int64
}

func (c *crypter) seal(payload []byte) ([]byte, error) {
	d, err := c.sealing()
	if err != nil {
		return nil, err
	}
	raw := head(versionEncrypted, d.key, commitmentEnd+len(payload)+gcmOverhead)
	raw = append(append(raw, d.salt[:]...), d.commitment...)
	return d.aead.Seal(raw, nil, payload, c.bound), nil //nolint:gosec // nil: the nonce is random, see NewGCMWithRandomNonce
}

// sealing returns the derived key to seal with. That two requests make a new one at
// once does no harm.
func (c *crypter) sealing() (*derived, error) {
	key, now := c.ring.First(), time.Now()
	s := c.current.Load()
	if s != nil && s.key == key && now.Before(s.until) && s.used.Add(1) <= maxPerSalt {
		return s.derived, nil
	}
	var salt [saltSize]byte
	_, _ = rand.Read(salt[:]) // never fails, see its documentation
	d, err := derive(key, salt)
	if err != nil {
		return nil, err
	}
	s = &sealing{derived: d, until: now.Add(saltAge)}
	s.used.Store(1)
	c.current.Store(s)
	c.known.add(d)
	return d, nil
}

func (c *crypter) open(key *keyring.Key, raw []byte) (payload []byte, ok bool) {
	if len(raw) < commitmentEnd+gcmOverhead {
		return nil, false
	}
	salt := [saltSize]byte(raw[headSize:saltEnd])
	d, known := c.known.get(key, salt)
	if !known {
		var err error
		if d, err = derive(key, salt); err != nil {
			return nil, false
		}
	}
	if !hmac.Equal(d.commitment, raw[saltEnd:commitmentEnd]) {
		return nil, false
	}
	sealed := raw[commitmentEnd:]
	payload, err := d.aead.Open(sealed[:0], nil, sealed, c.bound)
	if err != nil {
		return nil, false
	}
	if !known {
		c.known.add(d) // only now: made-up salts must not push out good ones
	}
	return payload, true
}

// A derived key is what a ring's key and a salt yield.
type derived struct {
	key        *keyring.Key
	salt       [saltSize]byte
	commitment []byte
	aead       cipher.AEAD
}

func derive(key *keyring.Key, salt [saltSize]byte) (*derived, error) {
	sub, err := key.Subkey(aesKeySize+commitmentSize, encryptPurpose, string(salt[:]))
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(sub[:aesKeySize])
	if err != nil {
		return nil, fmt.Errorf("sealed: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("sealed: %w", err)
	}
	return &derived{key: key, salt: salt, commitment: sub[aesKeySize:], aead: aead}, nil
}
