package djangostore

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"testing"
	"time"

	"github.com/coatcheck-go/session/compat/internal/pickle"
	"github.com/coatcheck-go/session/kv"
	"github.com/coatcheck-go/session/kv/memkv"
)

func must(t *testing.T, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

// named gives a store of Django's keys the keys of any kv.Store.
type named struct{ kv.Store }

func (s named) name(key string) string {
	sum := md5.Sum([]byte(key))
	return hex.EncodeToString(sum[:])
}

func (s named) Get(ctx context.Context, key string) (string, error) {
	return s.Store.Get(ctx, s.name(key))
}

func (s named) Add(ctx context.Context, key, value string, ttl time.Duration) error {
	return s.Store.Add(ctx, s.name(key), value, ttl)
}

func (s named) Swap(ctx context.Context, key, old, value string, ttl time.Duration) error {
	return s.Store.Swap(ctx, s.name(key), old, value, ttl)
}

func (s named) Delete(ctx context.Context, key string) error {
	return s.Store.Delete(ctx, s.name(key))
}

// memTable is a table in memory, of which all values end in a day.
type memTable struct{ *memkv.Store }

func (m memTable) GetUntil(ctx context.Context, key string) (string, time.Time, error) {
	value, err := m.Get(ctx, key)
	return value, time.Now().Add(24 * time.Hour), err
}

// pickled is what Django would cache for a payload.
func pickled(payload string) (string, error) {
	b, err := pickle.Append(nil, []byte(payload), pickle.Protocol5)
	return string(b), err
}
