package sealed

import (
	"context"

	"github.com/coatcheck-go/session"
)

// A quietStore doesn't write what is there already.
type quietStore struct{ session.Store }

// Update makes a write only of what changed, and if that is nothing, only makes sure
// that old is still there.
func (q quietStore) Update(ctx context.Context, key session.Key, old, rec session.Record) (uint64, error) {
	switch {
	case rec.Data != old.Data: // the subject is part of it
		return q.Store.Update(ctx, key, old, rec)
	case !rec.Expires.Equal(old.Expires):
		return session.Touch(ctx, q.Store, key, old, rec.Expires)
	}
	return old.Version, q.stillThere(ctx, key, old)
}

func (q quietStore) stillThere(ctx context.Context, key session.Key, old session.Record) error {
	now, err := q.Store.Load(ctx, key)
	if err == nil && now.Version != old.Version {
		return session.ErrConflict
	}
	return err
}

// Replace implements [session.Replacer].
func (q quietStore) Replace(ctx context.Context, key session.Key, old, rec session.Record, newKey session.Key, newRec session.Record) (uint64, error) {
	return session.Replace(ctx, q.Store, key, old, rec, newKey, newRec)
}
