package sqlstore

import (
	"context"
	"fmt"
	"slices"
)

// layout is the columns of the table, sorted. They are the version of the
// schema: whoever changes the schema changes a column's name, or adds one.
var layout = []string{"data", "expires", "id", "subject", "version"}

// Schema returns the SQL that creates the table and its indexes, unless they are
// there already: for a migration tool, or to be read. It returns an error if d is
// no dialect or o.Table no table name.
func Schema(d Dialect, o Options) (string, error) {
	t, err := d.table(o)
	if err != nil {
		return "", fmt.Errorf("sqlstore: schema: %w", err)
	}
	return d.text(t, d.schema), nil
}

// CreateSchema creates the table and its indexes, unless they are there already,
// and then does what [Store.Check] does.
func (s *Store) CreateSchema(ctx context.Context) error {
	if _, err := s.db.ExecContext(ctx, s.text(s.dialect.schemaLock+s.dialect.schema)); err != nil {
		return failure(ctx, "create schema", err)
	}
	return s.Check(ctx)
}

// Check returns an error if the table is missing, or is of a layout that this
// version of the package doesn't know. A program calls it once, at its start.
func (s *Store) Check(ctx context.Context) error {
	columns, err := s.columns(ctx)
	switch {
	case err != nil:
		return failure(ctx, "check", err)
	case len(columns) == 0:
		return fmt.Errorf("sqlstore: check: there is no table %s: call Store.CreateSchema or run \"coatcheck schema\"", s.table)
	case !slices.Equal(columns, layout):
		return fmt.Errorf("sqlstore: check: table %s has the columns %q instead of %q: it was made by a newer version, or by something else",
			s.table, columns, layout)
	}
	return nil
}

func (s *Store) columns(ctx context.Context) (names []string, err error) {
	var schema any // NULL: wherever the database looks first
	if s.table.schema != "" {
		schema = s.table.schema
	}
	rows, err := s.db.QueryContext(ctx, s.text(s.dialect.columns), schema, s.table.name)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	slices.Sort(names)
	return names, rows.Err()
}
