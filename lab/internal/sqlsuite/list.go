package sqlsuite

import (
	"slices"
	"testing"

	"github.com/coatcheck-go/session"
)

// testListNeighbours lists keys that differ by a zero byte, or by what a
// collation ignores.
func (d Database) testListNeighbours(t *testing.T) {
	s, _ := d.Open(t, d.OpenDB(t))
	want := []session.Key{"", "\x00", "A", "a", "a\x00", "a ", "b", "\xff", "\xff\xff"}
	for _, key := range want {
		_, err := s.Create(t.Context(), key, Record("one"))
		must(t, err)
	}
	for limit := 1; limit <= len(want); limit++ {
		var got []session.Key
		for cursor, more := "", true; more; more = cursor != "" {
			page, next, err := s.List(t.Context(), cursor, limit)
			must(t, err)
			for _, e := range page {
				got = append(got, e.Key)
			}
			cursor = next
		}
		if !slices.Equal(got, want) {
			t.Errorf("pages of %d: %d records, want all %d, in order", limit, len(got), len(want))
		}
	}
}
