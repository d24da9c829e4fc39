// Package sqltext is what the tables of other frameworks have in common on every
// database: placeholders, and writes that are tried again.
package sqltext

import (
	"errors"
	"strconv"
	"strings"
)

// Numbered puts $1, $2 and so on in the place of each ?, as PostgreSQL has them.
func Numbered(text string) string {
	parts := strings.Split(text, "?")
	var b strings.Builder
	b.WriteString(parts[0])
	for i, part := range parts[1:] {
		b.WriteString("$" + strconv.Itoa(i+1) + part)
	}
	return b.String()
}

// tries is how often a write is run that the database undoes. Each time another
// transaction went on in its place, so a second try does nearly always.
const tries = 10

// Retry runs a write of one statement, and again while the database undoes it. It
// returns the last error.
func Retry(run func() error) (err error) {
	for range tries {
		if err = run(); !undone(err) {
			break
		}
	}
	return err
}

// undone tells whether err says that the database has undone the write for the sake of
// another: to end a deadlock, or since they can't both be as if alone. Drivers for
// PostgreSQL tell by a method. That for MySQL has none, but a text that begins so.
func undone(err error) bool {
	var e interface{ SQLState() string }
	if errors.As(err, &e) {
		state := e.SQLState()
		return state == "40001" || state == "40P01"
	}
	return err != nil && strings.HasPrefix(err.Error(), "Error 1213 (40001)")
}
