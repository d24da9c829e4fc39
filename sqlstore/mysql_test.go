package sqlstore

import (
	"database/sql/driver"
	"errors"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
)

// What MySQL says of a Create, on a connection with clientFoundRows and without.
func TestMySQLCreated(t *testing.T) {
	for name, c := range map[string]struct {
		says answer
		want error
	}{
		"new":                        {answer{changed: 1}, nil},
		"over a dead one":            {answer{changed: 2}, nil},
		"live":                       {answer{changed: 0, id: 33}, session.ErrConflict},
		"live, with clientFoundRows": {answer{changed: 1, id: 33}, session.ErrConflict},
	} {
		s := fakeStoreOf(t, MySQL, func(string, string) (answer, error) { return c.says, nil })
		if _, err := s.Create(t.Context(), "key", session.Record{}); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

// A Touch that changes nothing has done what it was asked if the record is
// that very one and has the expiry.
func TestTouchThatChangesNothing(t *testing.T) {
	old := session.Record{Version: 7, Expires: time.Now().Add(time.Hour)}
	for name, c := range map[string]struct {
		version int64
		expires time.Time
		want    error
	}{
		"as it is":       {7, old.Expires, nil},
		"another":        {8, old.Expires, session.ErrConflict},
		"another expiry": {7, old.Expires.Add(time.Second), session.ErrConflict},
	} {
		s := fakeStoreOf(t, MySQL, func(call, text string) (answer, error) {
			row := []driver.Value{c.expires.UnixMilli(), c.version, []byte("somebody"), []byte("data")}
			return answer{rows: [][]driver.Value{row}}, nil
		})
		if err := s.Touch(t.Context(), "key", old, old.Expires); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}
