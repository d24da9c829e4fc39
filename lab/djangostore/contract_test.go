package djangostore

import (
	"context"
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"testing"
	"time"

	compat "github.com/coatcheck-go/session/compat/django/djangostore"
	"github.com/coatcheck-go/session/kv"
	"github.com/coatcheck-go/session/kv/kvtest"
)

// plain gives a store of Django's keys and texts the keys and values of any kv.Store.
type plain struct{ kv.Store }

func name(key string) string {
	sum := md5.Sum([]byte(key))
	return hex.EncodeToString(sum[:])
}

func text(value string) string { return base64.StdEncoding.EncodeToString([]byte(value)) }

func (s plain) Get(ctx context.Context, key string) (string, error) {
	value, err := s.Store.Get(ctx, name(key))
	if err != nil {
		return "", err
	}
	b, err := base64.StdEncoding.DecodeString(value)
	return string(b), err
}

func (s plain) Add(ctx context.Context, key, value string, ttl time.Duration) error {
	return s.Store.Add(ctx, name(key), text(value), ttl)
}

func (s plain) Swap(ctx context.Context, key, old, value string, ttl time.Duration) error {
	return s.Store.Swap(ctx, name(key), text(old), text(value), ttl)
}

func (s plain) Delete(ctx context.Context, key string) error { return s.Store.Delete(ctx, name(key)) }

// The tables keep the contract on every database; on MySQL with both settings of
// clientFoundRows at once, and in a time zone.
func TestTables(t *testing.T) {
	zone, err := time.LoadLocation("Asia/Kathmandu")
	check(t, err)
	for database, second := range map[string]string{"sqlite": "sqlite", "postgres": "postgres", "mysql": "mysql, found rows"} {
		t.Run(database, func(t *testing.T) {
			t.Parallel()
			for shape, open := range map[string]func(database string) (*compat.Table, error){
				"sessions": func(database string) (*compat.Table, error) {
					return compat.NewTable(databases[database], compat.TableOptions{Dialect: dialects[database], Name: "contract", Zone: zone})
				},
				"cache": func(database string) (*compat.Table, error) {
					return compat.NewCacheTable(databases[database], compat.TableOptions{Dialect: dialects[database], Name: "cache_contract"})
				},
			} {
				t.Run(shape, func(t *testing.T) {
					t.Parallel()
					a, errA := open(database)
					b, errB := open(second)
					check(t, errA, errB, a.CreateSchema(t.Context()), b.CreateSchema(t.Context()))
					kvtest.Run(t, func(*testing.T) (kv.Store, kv.Store) { return plain{a}, plain{b} })
				})
			}
		})
	}
}
