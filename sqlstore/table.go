package sqlstore

import (
	"fmt"
	"regexp"
	"strings"
)

const defaultTable = "coatcheck_sessions"

// A table is the name of one, checked: it goes into SQL as it is.
type table struct {
	schema string // or empty
	name   string
}

// Names are short enough for each database to tell those of the indexes apart.
var tablePattern = regexp.MustCompile(`^([A-Za-z_][A-Za-z0-9_]{0,49}\.)?[A-Za-z_][A-Za-z0-9_]{0,49}$`)

func parseTable(s string) (table, error) {
	if s == "" {
		s = defaultTable
	}
	if !tablePattern.MatchString(s) {
		return table{}, fmt.Errorf("table %q: want up to 50 letters, digits and _, perhaps after a schema and a dot", s)
	}
	if schema, name, found := strings.Cut(s, "."); found {
		return table{schema: schema, name: name}, nil
	}
	return table{name: s}, nil
}

func (t table) String() string {
	if t.schema == "" {
		return t.name
	}
	return t.schema + "." + t.name
}
