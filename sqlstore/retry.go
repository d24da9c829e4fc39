package sqlstore

import (
	"errors"
	"strings"
)

// tries is how often a write is run that the database undoes. Each time another
// transaction went on in its place, so a second try does nearly always.
const tries = 10

// retry runs a whole transaction, and again while the database undoes it.
func retry(run func() error) (err error) {
	for range tries {
		if err = run(); !undone(err) {
			break
		}
	}
	return err
}

// undone tells whether err says that the database has undone the whole
// transaction for the sake of another: to end a deadlock, or since they can't
// both be as if alone. Drivers for PostgreSQL tell by a method. That for MySQL
// has none, but a text that begins so. What was locked for too long
// is not tried again, since the caller has waited long enough.
func undone(err error) bool {
	var e interface{ SQLState() string }
	if errors.As(err, &e) {
		state := e.SQLState()
		return state == "40001" || state == "40P01"
	}
	return err != nil && strings.HasPrefix(err.Error(), "Error 1213 (40001)")
}
