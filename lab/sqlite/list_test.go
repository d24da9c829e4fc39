package sqlite

import (
	"slices"
	"testing"

	"github.com/coatcheck-go/session"
)

// A page begins right after the one before, even if keys differ by a zero byte
// only, or there is one that is empty.
func TestListNeighbours(t *testing.T) {
	s := open(t, newFile(t))
	want := []session.Key{"", "\x00", "a", "a\x00", "a\x00\x00", "b", "\xff", "\xff\xff"}
	for _, key := range want {
		_, err := s.Create(t.Context(), key, record("one"))
		must(t, err)
	}
	for limit := -1; limit < 10; limit++ {
		var got []session.Key
		for _, e := range listAll(t, s, limit) {
			got = append(got, e.Key)
		}
		if !slices.Equal(got, want) {
			t.Errorf("pages of %d: %d records, want all %d, in order", limit, len(got), len(want))
		}
	}
}
