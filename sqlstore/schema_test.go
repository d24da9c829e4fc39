package sqlstore

import (
	"strings"
	"testing"
)

func TestTableNames(t *testing.T) {
	long := strings.Repeat("x", 50)
	for name, good := range map[string]bool{
		"":                  true,
		"sessions":          true,
		"_Sessions_2":       true,
		"app.sessions":      true,
		long + "." + long:   true,
		long + "x":          false,
		long + "x.sessions": false,
		"2sessions":         false,
		".sessions":         false,
		"sessions.":         false,
		"a.b.c":             false,
		"app. sessions":     false,
		"sessions\n":        false,
		"sessions;--":       false,
		`"sessions"`:        false,
		"sessions'":         false,
		"séances":           false,
		"{name}":            false,
		"sessions\x00":      false,
		"sessions (key) --": false,
	} {
		if _, err := Schema(SQLite, Options{Table: name}); (err == nil) != good {
			t.Errorf("table %q: error %v", name, err)
		}
	}
}

// named is what the schema of each dialect says of a table.
var named = map[Dialect]map[string][]string{
	SQLite: {
		"":      {"coatcheck_sessions (", "coatcheck_sessions_expires ON coatcheck_sessions (expires)", "coatcheck_sessions_subject ON coatcheck_sessions (subject)"},
		"app.s": {"app.s (", "app.s_expires ON s (expires)", "app.s_subject ON s (subject)"},
	},
	PostgreSQL: {
		"":      {"coatcheck_sessions (", " coatcheck_sessions_expires ON coatcheck_sessions (expires)", " coatcheck_sessions_subject ON coatcheck_sessions (subject)"},
		"app.s": {"app.s (", " s_expires ON app.s (expires)", " s_subject ON app.s (subject)"},
	},
	MySQL: {
		"":      {"coatcheck_sessions (", "KEY coatcheck_sessions_expires (expires)", "KEY coatcheck_sessions_subject (subject)"},
		"app.s": {"app.s (", "KEY s_expires (expires)", "KEY s_subject (subject)"},
	},
}

func TestSchema(t *testing.T) {
	for d, tables := range named {
		for name, want := range tables {
			text, err := Schema(d, Options{Table: name})
			if err != nil {
				t.Fatal(err)
			}
			for _, part := range append(want, layout...) {
				if !strings.Contains(text, part) {
					t.Errorf("%s, table %q: no %q in\n%s", d, name, part, text)
				}
			}
			if strings.ContainsAny(text, "{}") {
				t.Errorf("%s, table %q: not filled in:\n%s", d, name, text)
			}
		}
	}
	if _, err := Schema(Dialect{}, Options{}); err == nil {
		t.Error("Schema of no dialect: no error")
	}
}

func TestDialectPrintsAsItsName(t *testing.T) {
	for d, want := range map[Dialect]string{SQLite: "SQLite", PostgreSQL: "PostgreSQL", MySQL: "MySQL"} {
		if s := d.String(); s != want {
			t.Errorf("String: %q, want %q", s, want)
		}
	}
}

func TestPlaceholders(t *testing.T) {
	for d, want := range map[Dialect]string{SQLite: "?, (?) ?", PostgreSQL: "$1, ($2) $3", MySQL: "?, (?) ?"} {
		if text := d.text(table{}, "?, (?) ?"); text != want {
			t.Errorf("%s: %q, want %q", d, text, want)
		}
	}
}
