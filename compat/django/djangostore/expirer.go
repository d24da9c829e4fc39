package djangostore

import (
	"context"
	"time"

	"github.com/coatcheck-go/session/kv"
)

// An Expirer is a kv.Store that can tell until when a value is kept. [Table] and
// [Folder] are.
type Expirer interface {
	kv.Store

	// GetUntil is Get, and tells when the value's time is over.
	// errors.ErrUnsupported: it can't tell after all.
	GetUntil(ctx context.Context, key string) (value string, until time.Time, err error)
}
