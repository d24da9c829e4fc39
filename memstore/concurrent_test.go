package memstore

import (
	"errors"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
)

// TestConcurrentMix lets goroutines do everything at once on a few keys, for
// the race detector, and then looks whether all parts still agree.
func TestConcurrentMix(t *testing.T) {
	s := New(Options{MaxEntries: 3000})
	var wg sync.WaitGroup
	start := make(chan struct{})
	for g := range uint64(4) {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(g, 0))
			<-start
			for range 5000 {
				if err := anything(t, s, r); err != nil && !errors.Is(err, session.ErrConflict) && !errors.Is(err, session.ErrNotFound) {
					t.Error(err)
				}
			}
		})
	}
	close(start)
	wg.Wait()
	verify(t, s)
}

// anything does some call on some key.
func anything(t *testing.T, s *Store, r *rand.Rand) (err error) {
	ctx, key, newKey := t.Context(), numbered(r.IntN(200)), numbered(r.IntN(200))
	rec := lasting(r.IntN(1000))
	rec.Subject = []string{"", "ann", "bob"}[r.IntN(3)]
	rec.Expires = time.Now().Add(time.Duration(r.IntN(5)) * time.Millisecond)
	old, _ := s.Load(ctx, key)
	switch r.IntN(40) {
	case 0:
		_, err = s.Sweep(ctx, 50)
	case 1:
		_, err = s.DeleteBySubject(ctx, "ann", newKey)
	case 2:
		_, err = s.BySubject(ctx, "bob")
	case 3:
		_, _, err = s.List(ctx, "", 50)
	case 4, 5, 6:
		err = s.Delete(ctx, key)
	case 7, 8, 9:
		err = s.Touch(ctx, key, old, rec.Expires)
	case 10, 11, 12, 13, 14:
		_, err = s.Replace(ctx, key, old, rec, newKey, rec)
	case 15, 16, 17, 18, 19, 20, 21, 22, 23, 24:
		_, err = s.Update(ctx, key, old, rec)
	default:
		_, err = s.Create(ctx, key, rec)
	}
	return err
}
