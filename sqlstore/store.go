package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"

	"github.com/coatcheck-go/session"
)

var (
	_ session.Toucher      = (*Store)(nil)
	_ session.Sweeper      = (*Store)(nil)
	_ session.SubjectStore = (*Store)(nil)
	_ session.Lister       = (*Store)(nil)
	_ session.Replacer     = (*Store)(nil)
)

// Options are what may differ from one [Store] to the next. The zero value is
// ready to use.
type Options struct {
	// Table is the table's name, perhaps after a schema's name and a dot.
	// Each is up to 50 ASCII letters, digits and underscores, doesn't begin
	// with a digit, and isn't a word of SQL. Default: "coatcheck_sessions".
	Table string
}

// A Store keeps sessions in one table. It implements [session.Store],
// [session.Toucher], [session.Sweeper], [session.SubjectStore],
// [session.Lister] and [session.Replacer]; their comments are the contract of its
// methods. All methods are safe for concurrent use, in any number of processes.
//
// An error of the database is returned as the driver made it, wrapped; also
// when it was busy for too long. If the context is done, [errors.Is] finds its
// error too, whatever the driver returned. A write that the database undid to end
// a deadlock, or as not serializable, is tried again, 10 times in all.
type Store struct {
	db         *sql.DB
	dialect    Dialect
	table      table
	sql        queries
	statements *statements
}

// New returns a store on a table of db. It doesn't use the database yet: see
// [Store.CreateSchema] and [Store.Check]. It returns an error if db is nil, d is
// no dialect or o.Table no table name.
func New(db *sql.DB, d Dialect, o Options) (*Store, error) {
	t, err := d.table(o)
	if err == nil && db == nil {
		err = errors.New("no database")
	}
	if err != nil {
		return nil, fmt.Errorf("sqlstore: new: %w", err)
	}
	return &Store{
		db:         db,
		dialect:    d,
		table:      t,
		sql:        d.queries(t),
		statements: &statements{db: db, byText: map[string]*sql.Stmt{}},
	}, nil
}

// Close closes the prepared statements, and not the database. Calls under way
// may fail.
func (s *Store) Close() error {
	if err := s.statements.close(); err != nil {
		return fmt.Errorf("sqlstore: close: %w", err)
	}
	return nil
}

// Load implements [session.Store].
func (s *Store) Load(ctx context.Context, key session.Key) (session.Record, error) {
	rec, err := s.load(ctx, s.statements, key)
	if err != nil {
		return session.Record{}, failure(ctx, "load", err)
	}
	return rec, nil
}

// Create implements [session.Store].
func (s *Store) Create(ctx context.Context, key session.Key, rec session.Record) (version uint64, err error) {
	version, err = s.create(ctx, s.statements, key, rec)
	if err != nil {
		return 0, failure(ctx, "create", err)
	}
	return version, nil
}

// Update implements [session.Store].
func (s *Store) Update(ctx context.Context, key session.Key, old, rec session.Record) (version uint64, err error) {
	version, err = s.update(ctx, s.statements, key, old, rec)
	if err != nil {
		return 0, failure(ctx, "update", err)
	}
	return version, nil
}

// Delete implements [session.Store].
func (s *Store) Delete(ctx context.Context, key session.Key) error {
	if _, err := exec(ctx, s.statements, s.sql.remove, []byte(key)); err != nil {
		return failure(ctx, "delete", err)
	}
	return nil
}

func (s *Store) load(ctx context.Context, q querier, key session.Key) (session.Record, error) {
	rows, err := q.QueryContext(ctx, s.sql.load, []byte(key))
	if err != nil {
		return session.Record{}, err
	}
	defer rows.Close()
	if rows.Next() {
		return scan(rows)
	}
	if err := rows.Err(); err != nil {
		return session.Record{}, err
	}
	return session.Record{}, session.ErrNotFound
}

// create begins at a random version, so that none comes again when the key was
// deleted and is created anew.
func (s *Store) create(ctx context.Context, q querier, key session.Key, rec session.Record) (version uint64, err error) {
	first := rand.Int64()
	result, err := q.ExecContext(ctx, s.sql.create,
		[]byte(key), first, expiry(rec.Expires), rec.Subject, []byte(rec.Data), now())
	if err != nil {
		return 0, err
	}
	return uint64(first), s.created(result)
}

// created tells from the result of an INSERT whether it has written.
func (s *Store) created(result sql.Result) error {
	n, err := result.RowsAffected()
	if err == nil && n == 0 {
		err = session.ErrConflict
	}
	if err != nil || !s.dialect.createTold {
		return err
	}
	live, err := result.LastInsertId()
	if err == nil && live != 0 {
		err = session.ErrConflict
	}
	return err
}

// update asks why only when it has changed nothing.
func (s *Store) update(ctx context.Context, q querier, key session.Key, old, rec session.Record) (version uint64, err error) {
	version = old.Version + 1
	n, err := exec(ctx, q, s.sql.update,
		int64(version), expiry(rec.Expires), rec.Subject, []byte(rec.Data), []byte(key), int64(old.Version), now())
	if err != nil || n > 0 {
		return version, err
	}
	if _, err = s.load(ctx, q, key); err == nil {
		err = session.ErrConflict
	}
	return 0, err
}

func (s *Store) text(template string) string { return s.dialect.text(s.table, template) }

// failure adds to an error what was being done, and the error of a context that
// is done: drivers say "interrupted" or the like.
func failure(ctx context.Context, act string, err error) error {
	if done := ctx.Err(); done != nil && !errors.Is(err, done) {
		err = fmt.Errorf("%w: %w", done, err)
	}
	return fmt.Errorf("sqlstore: %s: %w", act, err)
}
