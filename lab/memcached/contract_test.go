package memcached

import (
	"encoding/base64"
	"testing"
	"time"

	"github.com/bradfitz/gomemcache/memcache"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/kv"
	"github.com/coatcheck-go/session/kv/kvtest"
	"github.com/coatcheck-go/session/storetest"
)

// lists are those of one server and of several.
func lists() map[string][]string {
	return map[string][]string{"one server": three[:1], "three servers": three}
}

func TestStore(t *testing.T) {
	for name, list := range lists() {
		t.Run(name, func(t *testing.T) {
			storetest.Run(t, func(t *testing.T) (a, b session.Store) {
				prefix := newPrefix()
				return newStore(t, newClient(t, list...), prefix), newStore(t, newClient(t, list...), prefix)
			})
		})
	}
}

// A KV has no prefix here, for its keys may be as long as memcached takes them.
func TestKV(t *testing.T) {
	for name, list := range lists() {
		t.Run(name, func(t *testing.T) {
			kvtest.Run(t, func(t *testing.T) (a, b kv.Store) {
				return newKV(t, newClient(t, list...), ""), newKV(t, newClient(t, list...), "")
			})
		})
	}
}

// damages are what an item may hold that isn't a record.
var damages = map[string]string{
	"nothing":        "",
	"another format": "\x07 a record of a newer version, longer than a header",
	"a rest":         "\x01short",
}

func TestDamaged(t *testing.T) {
	for name, value := range damages {
		t.Run(name, func(t *testing.T) {
			storetest.RunDamaged(t, func(t *testing.T) (session.Store, func(session.Key)) {
				client, prefix := newClient(t, three...), newPrefix()
				return newStore(t, client, prefix), func(key session.Key) {
					item := prefix + base64.RawURLEncoding.EncodeToString([]byte(key))
					_, err := client.Get(item) // the name is right
					must(t, err)
					must(t, client.Set(&memcache.Item{Key: item, Value: []byte(value)}))
				}
			})
		})
	}
}

// A KV's items hold the bytes and nothing else, and keep the flags that another
// program gave them.
func TestKVItems(t *testing.T) {
	client := newClient(t, three...)
	s, prefix := newKV(t, client, "kv:"), "kv:"
	must(t, client.Set(&memcache.Item{Key: prefix + "key", Value: []byte("theirs"), Flags: 7}))
	must(t, s.Swap(t.Context(), "key", "theirs", "ours", time.Hour))
	item, err := client.Get(prefix + "key")
	must(t, err)
	if string(item.Value) != "ours" || item.Flags != 7 {
		t.Errorf("value %q, flags %d", item.Value, item.Flags)
	}
}
