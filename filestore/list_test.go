package filestore

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
)

// Pages of every size show each live record once, whole.
func TestListPages(t *testing.T) {
	s := quick(t)
	const records = 30
	for n := range records {
		create(t, s, session.Key(fmt.Sprint(n)), in(time.Hour, fmt.Sprint("data of ", n), "alice"))
	}
	for limit := range records + 2 {
		seen := map[session.Key]int{}
		for cursor, more := "", true; more; more = cursor != "" {
			page, next, err := s.List(t.Context(), cursor, limit)
			if err != nil || len(page) > max(limit, 1) {
				t.Fatalf("List: %d records, %v", len(page), err)
			}
			for _, e := range page {
				seen[e.Key]++
				if e.Record.Data != "data of "+string(e.Key) || e.Record.Subject != "alice" {
					t.Errorf("%q has another's data", string(e.Key))
				}
			}
			cursor = next
		}
		for key, n := range seen {
			if n != 1 {
				t.Errorf("limit %d: %q is listed %d times", limit, string(key), n)
			}
		}
		if len(seen) != records {
			t.Errorf("limit %d: %d records listed, want %d", limit, len(seen), records)
		}
	}
}

func TestListForeignCursor(t *testing.T) {
	s := quick(t)
	for _, cursor := range []string{"x", "../..", strings.Repeat("A", 64), strings.Repeat("0", 66)} {
		if _, _, err := s.List(t.Context(), cursor, 1); err == nil || !strings.Contains(err.Error(), "cursor") {
			t.Errorf("List(%q): got error %v", cursor, err)
		}
	}
}
