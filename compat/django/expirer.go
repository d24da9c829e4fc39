package django

import (
	"context"
	"errors"
	"time"

	"github.com/coatcheck-go/session/kv"
)

// An Expirer is a kv.Store that can tell until when a value is kept. A session in a
// cache says nothing of when it was saved; by an Expirer its ExpiryDate is known all the
// same.
type Expirer interface {
	kv.Store

	// GetUntil is Get, and tells when the value's time is over.
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
