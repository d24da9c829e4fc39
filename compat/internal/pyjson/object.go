package pyjson

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
)

type member struct {
	key   string
	value reflect.Value
}

// object writes a map in order of its keys, as sort_keys=True does: a Go map has
// no order of its own.
func (s Style) object(dst []byte, m reflect.Value, depth int) (_ []byte, err error) {
	members := make([]member, 0, m.Len())
	for it := m.MapRange(); it.Next(); {
		key, err := keyText(it.Key())
		if err != nil {
			return nil, err
		}
		members = append(members, member{key, it.Value()})
	}
	slices.SortFunc(members, func(a, b member) int { return strings.Compare(a.key, b.key) })
	dst = append(dst, '{')
	for i, mem := range members {
		if i > 0 {
			dst = append(dst, ',')
		}
		if dst, err = s.text(dst, mem.key); err != nil {
			return nil, err
		}
		if dst, err = s.value(append(dst, ':'), mem.value.Interface(), depth+1); err != nil {
			return nil, err
		}
	}
	return append(dst, '}'), nil
}

// keyText: integers become text, as Python's become.
func keyText(k reflect.Value) (string, error) {
	switch {
	case k.Kind() == reflect.String:
		return k.String(), nil
	case k.CanInt():
		return strconv.FormatInt(k.Int(), 10), nil
	case k.CanUint():
		return strconv.FormatUint(k.Uint(), 10), nil
	}
	return "", unsupported(k.Interface())
}
