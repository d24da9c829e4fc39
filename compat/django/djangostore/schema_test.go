package djangostore

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"strings"
	"testing"
	"time"
)

// nowhere is a database that can't be reached.
type nowhere struct{}

var errNowhere = errors.New("nowhere")

func (nowhere) Connect(context.Context) (driver.Conn, error) { return nil, errNowhere }
func (nowhere) Driver() driver.Driver                        { return nil }

func anyDB(t *testing.T) *sql.DB {
	t.Helper()
	db := sql.OpenDB(nowhere{})
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// The schemas are those of formats captured from Django, name by name.
func TestSchema(t *testing.T) {
	for _, c := range []struct {
		dialect Dialect
		open    func(*sql.DB, TableOptions) (*Table, error)
		table   string
		want    []string
	}{
		{SQLite, NewTable, "", []string{
			`"django_session" ("session_key" varchar(40) NOT NULL PRIMARY KEY, "session_data" text NOT NULL, "expire_date" datetime NOT NULL);`,
			`"django_session_expire_date_a5c62663" ON "django_session" ("expire_date");`,
		}},
		{PostgreSQL, NewTable, "", []string{
			`"django_session" ("session_key" varchar(40) NOT NULL PRIMARY KEY, "session_data" text NOT NULL, "expire_date" timestamp with time zone NOT NULL);`,
			`"django_session_session_key_c0390e0f_like" ON "django_session" ("session_key" varchar_pattern_ops);`,
			`"django_session_expire_date_a5c62663" ON "django_session" ("expire_date");`,
		}},
		{MySQL, NewTable, "", []string{
			"`django_session` (`session_key` varchar(40) NOT NULL PRIMARY KEY, `session_data` longtext NOT NULL, `expire_date` datetime(6) NOT NULL",
			"KEY `django_session_expire_date_a5c62663` (`expire_date`)",
		}},
		{SQLite, NewCacheTable, "my_cache_table", []string{
			`"my_cache_table" ("cache_key" varchar(255) NOT NULL PRIMARY KEY, "value" text NOT NULL, "expires" datetime NOT NULL);`,
			`"my_cache_table_expires" ON "my_cache_table" ("expires");`,
		}},
	} {
		table, err := c.open(anyDB(t), TableOptions{Dialect: c.dialect, Name: c.table})
		must(t, err)
		oneLine := strings.NewReplacer("(\n    ", "(", "\n    ", " ", "\n", "").Replace(table.queries.schema)
		for _, want := range c.want {
			if !strings.Contains(oneLine, want) {
				t.Errorf("%v: %s\nwant %s", c.dialect, oneLine, want)
			}
		}
		if strings.Contains(table.queries.schema, "like") != (c.dialect.name == "PostgreSQL") {
			t.Errorf("%v: %s", c.dialect, table.queries.schema)
		}
	}
}

// What Django's DatabaseCache stored for {'a': 1}.
func TestCacheValue(t *testing.T) {
	const value, text = "\x80\x05\x95\n\x00\x00\x00\x00\x00\x00\x00}\x94\x8c\x01a\x94K\x01s.", "gAWVCgAAAAAAAAB9lIwBYZRLAXMu"
	packed, err := cacheShape.pack(value)
	unpacked, unpackErr := cacheShape.unpack(text)
	if must(t, err, unpackErr); packed != text || unpacked != value {
		t.Errorf("%q, %q", packed, unpacked)
	}
	if _, err := cacheShape.unpack("no base64"); !errors.Is(err, errBroken) {
		t.Error(err)
	}
}

func TestNewTableErrors(t *testing.T) {
	db := anyDB(t)
	for name, o := range map[string]TableOptions{
		"no dialect": {},
		"a quote":    {Dialect: SQLite, Name: `a"b`},
		"too long":   {Dialect: SQLite, Name: strings.Repeat("a", 37)},
		"a digit":    {Dialect: SQLite, Name: "1a"},
	} {
		if _, err := NewTable(db, o); err == nil {
			t.Errorf("NewTable: %s: no error", name)
		}
		if _, err := Schema(o); err == nil {
			t.Errorf("Schema: %s: no error", name)
		}
	}
	if _, err := NewTable(nil, TableOptions{Dialect: SQLite}); err == nil {
		t.Error("no database: no error")
	}
	if _, err := NewCacheTable(db, TableOptions{Dialect: SQLite}); err == nil {
		t.Error("a cache's table has no name of its own")
	}
}

// What no row can hold is refused before anything is written.
func TestTableRefuses(t *testing.T) {
	table, err := NewTable(anyDB(t), TableOptions{Dialect: SQLite})
	must(t, err)
	for _, value := range []string{"\x00", "é", "\xff"} {
		if err := table.Add(t.Context(), "k", value, time.Hour); !errors.Is(err, errText) {
			t.Errorf("Add of %q: %v", value, err)
		}
		if err := table.Swap(t.Context(), "k", "old", value, time.Hour); !errors.Is(err, errText) {
			t.Errorf("Swap for %q: %v", value, err)
		}
	}
	if err := table.Add(t.Context(), strings.Repeat("k", 41), "v", time.Hour); !errors.Is(err, errKey) {
		t.Error(err)
	}
}

// Errors of the database come through, from every method.
func TestTableErrors(t *testing.T) {
	table, err := NewTable(anyDB(t), TableOptions{Dialect: SQLite})
	must(t, err)
	_, get := table.Get(t.Context(), "k")
	_, sweep := table.Sweep(t.Context(), 1)
	for i, err := range []error{
		get, sweep,
		table.Add(t.Context(), "k", "v", time.Hour), table.Add(t.Context(), "k", "v", 0),
		table.Swap(t.Context(), "k", "v", "w", time.Hour), table.Swap(t.Context(), "k", "\xff", "w", time.Hour),
		table.Delete(t.Context(), "k"), table.CreateSchema(t.Context()),
	} {
		if !errors.Is(err, errNowhere) {
			t.Errorf("%d: %v", i, err)
		}
	}
}

func TestClock(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	must(t, err)
	for _, c := range []struct {
		clock clock
		at    time.Time
		want  string
	}{
		{clock{zone: time.UTC}, time.Date(2026, 12, 5, 23, 25, 33, 862717000, time.UTC), "2026-12-05 23:25:33.862717"},
		{clock{zone: time.UTC}, time.Date(2026, 12, 5, 23, 25, 33, 860000000, time.UTC), "2026-12-05 23:25:33.860000"},
		{clock{zone: time.UTC}, time.Date(2026, 12, 5, 23, 25, 33, 0, time.UTC), "2026-12-05 23:25:33"},
		{clock{zone: berlin}, time.Date(2026, 12, 5, 23, 25, 33, 0, time.UTC), "2026-12-06 00:25:33"},
		{clock{zone: berlin}, time.Date(2026, 7, 5, 23, 25, 33, 1000, time.UTC), "2026-07-06 01:25:33.000001"},
	} {
		text := c.clock.spell(c.at)
		again, err := c.clock.parse(text)
		if text != c.want || err != nil || !again.Equal(c.at) {
			t.Errorf("%s, %v, %v; want %s", text, again, err, c.want)
		}
	}
	if text := (clock{zone: time.UTC, suffix: "+00:00"}).spell(time.Unix(0, 0)); text != "1970-01-01 00:00:00+00:00" {
		t.Error(text)
	}
	if _, err := (clock{zone: time.UTC}).parse("soon"); err == nil {
		t.Error("no error")
	}
}

// No time ends early.
func TestClockRoundsUp(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 1, time.UTC)
	for precision, want := range map[time.Duration]time.Time{
		time.Microsecond: time.Date(2026, 1, 1, 0, 0, 1, 1000, time.UTC),
		time.Second:      time.Date(2026, 1, 1, 0, 0, 2, 0, time.UTC),
	} {
		if got := (clock{precision: precision}).until(now, time.Second); !got.Equal(want) {
			t.Errorf("%v, want %v", got, want)
		}
	}
}
