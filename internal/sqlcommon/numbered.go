// Package sqlcommon is what the stores over database/sql have in common: placeholders,
// writes that are tried again, and sweeps in small steps.
package sqlcommon

import (
	"strconv"
	"strings"
)

// Numbered puts $1, $2 and so on in the place of each ?, as PostgreSQL has them.
func Numbered(text string) string {
	parts := strings.Split(text, "?")
	var b strings.Builder
	b.WriteString(parts[0])
	for i, part := range parts[1:] {
		b.WriteString("$" + strconv.Itoa(i+1) + part)
	}
	return b.String()
}
