package sqlstore

import (
	"database/sql"
	"math"
	"time"

	"github.com/coatcheck-go/session"
)

// A row is a record as the table holds it.
type row struct {
	expires, version integer
	subject          text
	data             blob
}

// scan reads a row of the columns expires, version, subject and data, after
// those of before. session.ErrNotFound: it is dead. session.ErrBroken: a column
// is of the wrong type.
func scan(rows *sql.Rows, before ...any) (session.Record, error) {
	r := row{expires: math.MaxInt64}
	err := rows.Scan(append(before, &r.expires, &r.version, &r.subject, &r.data)...)
	if int64(r.expires) <= now() {
		return session.Record{}, session.ErrNotFound // what is dead may be damaged
	}
	if err != nil {
		return session.Record{}, err
	}
	return session.Record{
		Data:    string(r.data),
		Subject: string(r.subject),
		Expires: time.UnixMilli(int64(r.expires)),
		Version: uint64(r.version),
	}, nil
}

// The types that columns are scanned into take no other type and no NULL. Plain
// Go types would: "12" is a number to database/sql. And its errors for what it
// doesn't take can't be told from those of the driver.
type (
	integer int64
	text    string
	blob    string
)

func (n *integer) Scan(column any) error {
	v, ok := column.(int64)
	if !ok {
		return session.ErrBroken
	}
	*n = integer(v)
	return nil
}

// Scan takes bytes too: some drivers return text so.
func (t *text) Scan(column any) error {
	switch v := column.(type) {
	case string:
		*t = text(v)
	case []byte:
		*t = text(v)
	default:
		return session.ErrBroken
	}
	return nil
}

func (b *blob) Scan(column any) error {
	v, ok := column.([]byte)
	if !ok {
		return session.ErrBroken
	}
	*b = blob(v)
	return nil
}

func now() int64 { return time.Now().UnixMilli() }

// expiry returns t as the table holds it. A time that has passed becomes the
// earliest one, so that what is ended is dead by the clock of every machine.
func expiry(t time.Time) int64 {
	ms := t.UnixMilli()
	if ms <= now() {
		return 0
	}
	return ms
}
