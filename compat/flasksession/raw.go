package flasksession

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/coatcheck-go/session/compat/flask"
	"github.com/coatcheck-go/session/compat/internal/msgpack"
	"github.com/coatcheck-go/session/compat/python"
)

// codec is that of the values in a Snapshot, and so of the Manager.
var codec = &flask.Codec{}

// rawOf returns the tagged JSON of a value that was read. What has no tag comes as what
// Flask-Session 0.8 makes of it: a set as a list, a date as text.
func rawOf(v any) (string, error) {
	raw, err := codec.Marshal(shown(v))
	return string(raw), err
}

// shown puts what has a form in tagged JSON in the place of what has none.
func shown(v any) any {
	switch v := v.(type) {
	case []any:
		return allShown(v)
	case python.Set:
		return allShown(v)
	case python.FrozenSet:
		return allShown(v)
	case python.Tuple:
		return python.Tuple(allShown(v))
	case *python.Dict:
		return dictShown(v)
	case time.Duration, python.Date, python.Decimal:
		text, _ := msgpack.Spell(v)
		return text
	}
	return v
}

func allShown(values []any) []any {
	all := make([]any, len(values))
	for i, v := range values {
		all[i] = shown(v)
	}
	return all
}

func dictShown(d *python.Dict) map[string]any {
	m := make(map[string]any, d.Len())
	for key, v := range d.All() {
		text, ok := keyText(key)
		if !ok {
			text = fmt.Sprint(key) // nil and bool
		}
		m[text] = shown(v)
	}
	return m
}

// valueOf returns the value that a tagged JSON stands for, in the types of package
// python's table. Dicts come in the order of their keys.
func valueOf(raw string) (any, error) {
	var v any
	if err := codec.Unmarshal([]byte(raw), &v); err != nil {
		return nil, err
	}
	return pythonic(v)
}

// pythonic replaces the types of encoding/json. It changes v.
func pythonic(v any) (any, error) {
	switch v := v.(type) {
	case json.Number:
		return number(v)
	case []any:
		return v, allPythonic(v)
	case python.Tuple:
		return v, allPythonic(v)
	case map[string]any:
		return pythonicDict(v)
	}
	return v, nil
}

func allPythonic(values []any) (err error) {
	for i := range values {
		if values[i], err = pythonic(values[i]); err != nil {
			return err
		}
	}
	return nil
}

func pythonicDict(m map[string]any) (any, error) {
	d := &python.Dict{}
	for _, key := range slices.Sorted(maps.Keys(m)) {
		v, err := pythonic(m[key])
		if err != nil {
			return nil, err
		}
		d.Set(key, v)
	}
	return d, nil
}
