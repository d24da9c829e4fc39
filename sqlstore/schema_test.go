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

func TestSchema(t *testing.T) {
	for name, want := range map[string][]string{
		"":      {"TABLE IF NOT EXISTS coatcheck_sessions (", "coatcheck_sessions_expires ON coatcheck_sessions (expires)", "coatcheck_sessions_subject ON coatcheck_sessions (subject)"},
		"app.s": {"TABLE IF NOT EXISTS app.s (", "app.s_expires ON s (expires)", "app.s_subject ON s (subject)"},
	} {
		text, err := Schema(SQLite, Options{Table: name})
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range append(want, layout...) {
			if !strings.Contains(text, part) {
				t.Errorf("table %q: no %q in\n%s", name, part, text)
			}
		}
		if strings.ContainsAny(text, "{}") {
			t.Errorf("table %q: not filled in:\n%s", name, text)
		}
	}
	if _, err := Schema(Dialect{}, Options{}); err == nil {
		t.Error("Schema of no dialect: no error")
	}
}

func TestDialectPrintsAsItsName(t *testing.T) {
	if s := SQLite.String(); s != "SQLite" {
		t.Errorf("String: %q", s)
	}
}
