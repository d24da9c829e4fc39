package jwt

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

const maxID = 255

// A ring is the keys of one moment.
type ring struct {
	signing Key
	byID    map[string]Key
	set     []byte // the JWKS document
}

// newRing checks keys. The first of them signs.
func newRing(keys []Key) (*ring, error) {
	if len(keys) == 0 {
		return nil, errors.New("jwt: no keys")
	}
	if keys[0].sign == nil {
		return nil, errors.New("jwt: the first key signs, and can't be a public key alone")
	}
	r := &ring{signing: keys[0], byID: make(map[string]Key, len(keys))}
	for _, key := range keys {
		if err := r.add(key); err != nil {
			return nil, err
		}
	}
	set, err := json.Marshal(keySet(keys))
	r.set = set
	return r, err
}

func (r *ring) add(key Key) error {
	if key.method == nil {
		return errors.New("jwt: the zero Key is no key; make one with SecretKey, PrivateKey, PublicKey or ParsePEM")
	}
	if key.id == "" || len(key.id) > maxID || strings.ContainsFunc(key.id, invisible) {
		return fmt.Errorf("jwt: a key's ID must be 1 to %d bytes of visible ASCII", maxID)
	}
	if _, twice := r.byID[key.id]; twice {
		return fmt.Errorf("jwt: two keys have the ID %q", key.id)
	}
	r.byID[key.id] = key
	return nil
}

func invisible(c rune) bool { return c <= ' ' || c > '~' }
