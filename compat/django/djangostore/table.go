package djangostore

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"regexp"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/internal/sqlcommon"
	"github.com/coatcheck-go/session/kv"
)

// TableOptions say which table it is. Only Dialect must be set, and for a cache's
// table Name.
type TableOptions struct {
	// Dialect is the kind of database: [SQLite], [PostgreSQL] or [MySQL].
	Dialect Dialect

	// Name is the table's: up to 36 ASCII letters, digits and _, of which the first is
	// no digit. Default of [NewTable]: "django_session".
	Name string

	// Zone is TIME_ZONE where the site has USE_TZ = False, or else the TIME_ZONE of the
	// site's DATABASES, which is seldom set. Default: UTC. PostgreSQL's times
	// have their zone with them, so there it doesn't matter.
	//
	// Where clocks are put back, an hour comes twice in such a zone, and a session
	// that ends in it may end an hour early or late.
	Zone *time.Location
}

// A Table is a kv.Store on one of Django's tables, made by [NewTable] or
// [NewCacheTable].
//
// Swap is one UPDATE that compares the text which was read, byte by byte on every
// collation, and never inserts. Get and Swap take a row whose time is over for none,
// Add writes over it; [Table.Sweep] deletes such rows.
//
// Errors of the database are returned as the driver made them, wrapped. A write that
// the database undoes to end a deadlock is tried again, 10 times in all.
type Table struct {
	db      *sql.DB
	dialect Dialect
	shape   shape
	clock   clock
	queries queries
}

var _ kv.Expirer = (*Table)(nil)

// NewTable returns the store on the table of Django's engines db and cached_db:
//
//	session_key   varchar(40), the primary key: the session's
//	session_data  text: the value
//	expire_date   a time, to the microsecond
//
// Keys are up to 40 bytes there; values are ASCII without NUL, as Django's signing makes
// them. Others are errors. It returns an error that says what in o is wrong, and does no I/O.
func NewTable(db *sql.DB, o TableOptions) (*Table, error) {
	return newTable(db, sessionShape, o.ofSessions())
}

// NewCacheTable returns the store on the table of Django's DatabaseCache, which
// "manage.py createcachetable" makes. o.Name is the cache's LOCATION.
//
//	cache_key  varchar(255), the primary key: see [Cache]
//	value      text: the value in base64
//	expires    a time, to the second
//
// Django's processes delete rows of it at random when there are more than MAX_ENTRIES, by
// default 300; Go's don't. It returns an error that says what in o is wrong, and does
// no I/O.
func NewCacheTable(db *sql.DB, o TableOptions) (*Table, error) {
	return newTable(db, cacheShape, o)
}

// The names of the indexes fit into 63 bytes, which is what PostgreSQL takes.
var namePattern = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,35}$`)

func newTable(db *sql.DB, s shape, o TableOptions) (*Table, error) {
	err := o.check()
	if err == nil && db == nil {
		err = errors.New("no database")
	}
	if err != nil {
		return nil, failed("new table", err)
	}
	zone := o.Zone
	if zone == nil || o.Dialect.zoned {
		zone = time.UTC
	}
	return &Table{db, o.Dialect, s, clock{zone, s.precision, o.Dialect.suffix}, o.Dialect.queries(s, o.Name)}, nil
}

func (o TableOptions) ofSessions() TableOptions {
	o.Name = cmp.Or(o.Name, "django_session")
	return o
}

func (o TableOptions) check() error {
	switch {
	case o.Dialect.name == "":
		return errors.New("TableOptions.Dialect must be set")
	case !namePattern.MatchString(o.Name):
		return errors.New("TableOptions.Name must be up to 36 letters, digits and _, and must not begin with a digit")
	}
	return nil
}

// Schema returns the SQL that creates the table of Django's engines db and cached_db and
// its indexes as Django does, unless they are there already: for a migration tool, or to be
// read. The error says what in o is wrong.
func Schema(o TableOptions) (string, error) {
	o = o.ofSessions()
	if err := o.check(); err != nil {
		return "", failed("schema", err)
	}
	return o.Dialect.queries(sessionShape, o.Name).schema, nil
}

// CreateSchema creates the table and its indexes as Django does, and leaves them alone
// where they are already. "manage.py migrate" takes a table that is there for its own
// only with --fake-initial.
func (t *Table) CreateSchema(ctx context.Context) error {
	_, err := t.db.ExecContext(ctx, t.dialect.lock+t.queries.schema)
	return failed("table: create schema", err)
}

// Get implements kv.Store.
func (t *Table) Get(ctx context.Context, key string) (value string, err error) {
	value, _, err = t.GetUntil(ctx, key)
	return value, err
}

// GetUntil implements [kv.Expirer].
func (t *Table) GetUntil(ctx context.Context, key string) (value string, until time.Time, err error) {
	r, err := t.live(ctx, key)
	if err != nil {
		return "", time.Time{}, failed("table: get", err)
	}
	return r.value, r.until, nil
}

// A row of a Table.
type row struct {
	value string
	until time.Time
}

// live returns the row of key that isn't over.
func (t *Table) live(ctx context.Context, key string) (r row, err error) {
	var is, text, expiry string
	err = t.db.QueryRowContext(ctx, t.queries.get, key).Scan(&is, &text, &expiry)
	if errors.Is(err, sql.ErrNoRows) || err == nil && is != key {
		return r, session.ErrNotFound
	}
	if err == nil {
		r.value, err = t.shape.unpack(text)
	}
	if err == nil {
		r.until, err = t.clock.parse(expiry)
	}
	if err == nil && !r.until.After(time.Now()) {
		err = session.ErrNotFound
	}
	return r, err
}

var errKey = errors.New("the key is too long for the table")

// Add implements kv.Store.
func (t *Table) Add(ctx context.Context, key, value string, ttl time.Duration) error {
	text, err := t.shape.pack(value)
	switch {
	case err != nil:
	case len(key) > t.shape.longest:
		err = errKey
	case ttl <= 0:
		err = t.addNothing(ctx, key)
	default:
		err = t.add(ctx, key, text, ttl)
	}
	return failed("table: add", err)
}

// addNothing is an Add that is over at once.
func (t *Table) addNothing(ctx context.Context, key string) error {
	_, err := t.live(ctx, key)
	switch {
	case err == nil:
		return session.ErrConflict
	case errors.Is(err, session.ErrNotFound):
		return nil
	}
	return err
}

func (t *Table) add(ctx context.Context, key, text string, ttl time.Duration) error {
	now := time.Now()
	args := []any{key, text, t.clock.spell(t.clock.until(now, ttl)), t.clock.spell(now)}
	if t.dialect.addTold {
		args = append(args, t.clock.spell(now))
	}
	result, err := sqlcommon.Exec(ctx, t.db, t.queries.add, args...)
	if err != nil {
		return err
	}
	n, err := result.RowsAffected()
	if err == nil && t.dialect.addTold {
		live, idErr := result.LastInsertId()
		n, err = 1-min(live, 1), idErr
	}
	if err == nil && n == 0 {
		err = session.ErrConflict
	}
	return err
}

// Swap implements kv.Store.
func (t *Table) Swap(ctx context.Context, key, old, value string, ttl time.Duration) error {
	was, wasErr := t.shape.pack(old)
	text, err := t.shape.pack(value)
	if err == nil {
		if wasErr == nil {
			err = t.swap(ctx, key, was, text, ttl)
		} else {
			err = t.why(ctx, key, nil) // no such value can be there
		}
	}
	return failed("table: swap", err)
}

func (t *Table) swap(ctx context.Context, key, was, text string, ttl time.Duration) error {
	now := time.Now()
	until := t.clock.until(now, ttl)
	query, args := t.queries.swap, []any{text, t.clock.spell(until)}
	if ttl <= 0 {
		query, args = t.queries.end, nil
	}
	result, err := sqlcommon.Exec(ctx, t.db, query, append(args, key, key, was, t.clock.spell(now))...)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n > 0 {
		return err
	}
	var same *row
	if was == text {
		same = &row{text, until}
	}
	return t.why(ctx, key, same)
}

// why tells why a Swap has changed no row. MySQL may not count one that has become what
// it was: same is how that is, or nil if the Swap would have made another of it.
func (t *Table) why(ctx context.Context, key string, same *row) error {
	is, err := t.live(ctx, key)
	if err != nil {
		return err
	}
	if text, err := t.shape.pack(is.value); err == nil && same != nil && text == same.value && is.until.Equal(same.until) {
		return nil
	}
	return session.ErrConflict
}

// Delete implements kv.Store.
func (t *Table) Delete(ctx context.Context, key string) error {
	_, err := sqlcommon.Exec(ctx, t.db, t.queries.remove, key, key)
	return failed("table: delete", err)
}
