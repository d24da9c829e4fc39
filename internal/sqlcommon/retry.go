package sqlcommon

import (
	"context"
	"database/sql"
	"errors"
	"strings"
)

// Tries is how often a write is run that the database undoes. Each time another
// transaction went on in its place, so a second try does nearly always.
const Tries = 10

// Retry runs a whole transaction, and again while the database undoes it. It returns
// the last error.
func Retry(run func() error) (err error) {
	for range Tries {
		if err = run(); !undone(err) {
			break
		}
	}
	return err
}

// Exec runs a statement that is a transaction by itself, with [Retry].
func Exec(ctx context.Context, db *sql.DB, query string, args ...any) (result sql.Result, err error) {
	err = Retry(func() error {
		result, err = db.ExecContext(ctx, query, args...)
		return err
	})
	return result, err
}

// Rows returns how many rows a statement has changed.
func Rows(result sql.Result, err error) (int, error) {
	if err != nil {
		return 0, err
	}
	n, err := result.RowsAffected()
	return int(n), err
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
