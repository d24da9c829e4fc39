package django

import (
	"encoding/base64"
	"fmt"
	"time"

	"github.com/coatcheck-go/session/compat/internal/msgpack"
	"github.com/coatcheck-go/session/compat/python"
)

// spelled puts what has a form in JSON in the place of what has none, as
// DjangoJSONEncoder does: times are ISO text, decimals and UUIDs their text, tuples
// and sets lists. Bytes, which it refuses, are base64.
func spelled(v any) any {
	switch v := v.(type) {
	case []any:
		return spelledList(v)
	case python.Tuple:
		return spelledList(v)
	case python.Set:
		return spelledList(v)
	case python.FrozenSet:
		return spelledList(v)
	case *python.Dict:
		return spelledDict(v)
	}
	return spelledScalar(v)
}

func spelledScalar(v any) any {
	switch v := v.(type) {
	case []byte:
		return base64.StdEncoding.EncodeToString(v)
	case time.Time:
		return isoTime(v, true)
	case python.Naive:
		return isoTime(v.Time, false)
	}
	if text, ok := msgpack.Spell(v); ok {
		return text
	}
	return v
}

func spelledList(values []any) []any {
	all := make([]any, len(values))
	for i, v := range values {
		all[i] = spelled(v)
	}
	return all
}

func spelledDict(d *python.Dict) *python.Dict {
	all := &python.Dict{}
	for key, v := range d.All() {
		switch key.(type) {
		case nil, bool, string, int64, float64:
		default:
			key = fmt.Sprint(spelled(key))
		}
		all.Set(key, spelled(v))
	}
	return all
}

// isoTime is Python's isoformat: six digits of the second's fraction or none, and an
// offset, never Z, which Python before 3.11 doesn't read.
func isoTime(t time.Time, offset bool) string {
	layout := "2006-01-02T15:04:05"
	if t.Nanosecond() >= 1000 {
		layout += ".000000"
	}
	if offset {
		layout += "-07:00"
	}
	return t.Format(layout)
}
