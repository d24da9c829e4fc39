package sqlstore

import (
	"database/sql"
	"errors"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
)

// Every driver has its own types for columns. These are all a column may have.
func TestColumns(t *testing.T) {
	takes := map[string]map[string]bool{
		"integer": {"int64": true},
		"text":    {"string": true, "bytes": true},
		"blob":    {"bytes": true},
	}
	columns := map[string]any{
		"int64": int64(12), "string": "12", "bytes": []byte("12"),
		"NULL": nil, "float": 1.5, "bool": true, "time": time.Now(),
	}
	for kind, good := range takes {
		for name, column := range columns {
			dest := map[string]sql.Scanner{"integer": new(integer), "text": new(text), "blob": new(blob)}[kind]
			var want error
			if !good[name] {
				want = session.ErrBroken
			}
			if err := dest.Scan(column); !errors.Is(err, want) {
				t.Errorf("%s of %s: %v, want %v", kind, name, err, want)
			}
		}
	}
}

func TestExpiry(t *testing.T) {
	later := time.Now().Add(time.Hour)
	for name, c := range map[string]struct {
		t    time.Time
		want int64
	}{
		"to come": {later, later.UnixMilli()},
		"passed":  {time.Now().Add(-time.Millisecond), 0},
		"never":   {time.Time{}, 0},
	} {
		if got := expiry(c.t); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}
