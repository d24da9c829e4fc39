package flasksession

import "context"

// Schema returns the SQL that creates the table as Flask-Session does, unless it is there
// already: for a migration tool, or to be read. On MySQL the session IDs get a collation
// that tells upper from lower case, which Flask-Session leaves to the database. The error
// says what in o is wrong.
func Schema(o TableOptions) (string, error) {
	name, err := o.table()
	if err != nil {
		return "", err
	}
	return o.Dialect.queries(name).schema, nil
}

// CreateSchema creates the table, see [Schema]. It leaves one alone that is there already.
func (t *Table) CreateSchema(ctx context.Context) error {
	_, err := t.db.ExecContext(ctx, t.dialect.lock+t.queries.schema)
	return failed("create schema", err)
}
