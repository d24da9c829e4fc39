package flasksession

import (
	"context"
	"errors"
	"time"

	"github.com/coatcheck-go/session/kv"
)

// An Expirer is a kv.Store that can tell until when a value is kept. With one, a
// session's time is moved now and then; without, at every request, as Flask-Session
// itself does. A redisstore.KV is one, as a [Folder] and a [Table] are.
type Expirer interface {
	kv.Store

	// GetUntil is Get, and tells when the value's time is over, zero for never.
	// errors.ErrUnsupported: it can't tell after all.
	GetUntil(ctx context.Context, key string) (value string, until time.Time, err error)
}

// get returns a value and until when it is kept, zero if that isn't known.
func get(ctx context.Context, s kv.Store, key string) (value string, until time.Time, err error) {
	if e, ok := s.(Expirer); ok {
		value, until, err = e.GetUntil(ctx, key)
		if !errors.Is(err, errors.ErrUnsupported) {
			return value, until, err
		}
	}
	value, err = s.Get(ctx, key)
	return value, time.Time{}, err
}
