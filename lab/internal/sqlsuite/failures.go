package sqlsuite

import (
	"testing"
)

// testReadOnly lets a user write who may only read.
func (d Database) testReadOnly(t *testing.T) {
	db := d.OpenDB(t)
	s, table := d.Open(t, db)
	old := store(t, s)
	Execute(t, db, table, d.Reader)
	other, err := d.connect(d.ReaderName)
	must(t, err)
	t.Cleanup(func() { must(t, other.Close()) })
	reader := d.NewStore(t, other, table)
	must(t, reader.Check(t.Context()))
	for name, act := range reads {
		if err := act(t.Context(), reader); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, act := range writes {
		failed(t, name, act(t.Context(), reader, old), d.Refused)
	}
	intact(t, s, old)
}

// testMissingTable finds no table, and then one: no failed statement is kept.
func (d Database) testMissingTable(t *testing.T) {
	s := d.NewStore(t, d.OpenDB(t), newTable())
	for name, act := range reads {
		failed(t, name, act(t.Context(), s), d.Missing)
	}
	for name, act := range writes {
		failed(t, name, act(t.Context(), s, Record("")), d.Missing)
	}
	must(t, s.CreateSchema(t.Context()))
	intact(t, s, store(t, s))
}

// testOutage stops the server in mid-use. When it is back, the same store goes on,
// with what it had prepared.
func (d Database) testOutage(t *testing.T) {
	s, _ := d.Open(t, d.OpenDB(t))
	old := store(t, s)
	for range 2 { // the second time with connections that were made anew
		for _, act := range reads {
			must(t, act(t.Context(), s)) // prepared, on a connection that stays
		}
		must(t, d.Server.Stop())
		for name, act := range reads {
			failed(t, name, act(t.Context(), s), "")
		}
		for name, act := range writes {
			failed(t, name, act(t.Context(), s, old), "")
		}
		must(t, d.Server.Start())
		intact(t, s, old)
		for name, act := range reads {
			if err := act(t.Context(), s); err != nil {
				t.Errorf("%s, when the server was back: %v", name, err)
			}
		}
	}
	if _, err := s.Update(t.Context(), "key", old, Record("two")); err != nil {
		t.Errorf("Update, when the server was back: %v", err)
	}
}
