package sealed

import (
	"sync"

	"github.com/coatcheck-go/session/keyring"
)

// maxDerived bounds a cache. Each takes about 1 KiB.
const maxDerived = 1024

// A derivedCache remembers derived keys. The zero value is empty.
type derivedCache struct {
	mu   sync.RWMutex
	keys map[derivedFrom]*derived
}

// derivedFrom is what a derived key depends on. A key that is in no ring any more is
// never asked for.
type derivedFrom struct {
	key  *keyring.Key
	salt [saltSize]byte
}

func (c *derivedCache) get(key *keyring.Key, salt [saltSize]byte) (d *derived, ok bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	d, ok = c.keys[derivedFrom{key, salt}]
	return d, ok
}

// add puts d in the place of any other if the cache is full: which one is
// forgotten doesn't matter much, since to derive it again takes microseconds.
func (c *derivedCache) add(d *derived) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.keys == nil {
		c.keys = map[derivedFrom]*derived{}
	}
	for from := range c.keys {
		if len(c.keys) < maxDerived {
			break
		}
		delete(c.keys, from)
	}
	c.keys[derivedFrom{d.key, d.salt}] = d
}
