package sqlite

import (
	"math"
	"testing"
)

// A column has no room for half of the versions, as they are; the greatest is
// followed by the least.
func TestVersionsGoRound(t *testing.T) {
	db := openDB(t, newFile(t), recommended)
	s := newStore(t, db, "")
	must(t, s.CreateSchema(t.Context()))
	for _, last := range []int64{math.MaxInt64, -1} {
		must(t, s.Delete(t.Context(), "key"))
		_, err := s.Create(t.Context(), "key", record("one"))
		must(t, err)
		execute(t, db, `UPDATE coatcheck_sessions SET version = ?`, last)
		for range 3 {
			old, err := s.Load(t.Context(), "key")
			must(t, err)
			v, err := s.Update(t.Context(), "key", old, record("two"))
			must(t, err)
			if v != old.Version+1 {
				t.Errorf("after version %d comes %d", old.Version, v)
			}
		}
	}
}
