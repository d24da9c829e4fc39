package pyjson

import (
	"maps"
	"reflect"
	"slices"
	"strconv"
)

// object writes a map in order of its keys, as sort_keys=True does: a Go map has
// no order of its own.
func (s Style) object(dst []byte, m map[string]any, depth int) (_ []byte, err error) {
	keys := slices.AppendSeq(make([]string, 0, len(m)), maps.Keys(m))
	slices.Sort(keys)
	dst = append(dst, '{')
	for i, key := range keys {
		if i > 0 {
			dst = append(dst, ',')
		}
		if dst, err = s.AppendString(dst, key); err != nil {
			return nil, err
		}
		if dst, err = s.value(append(dst, ':'), m[key], depth+1); err != nil {
			return nil, err
		}
	}
	return append(dst, '}'), nil
}

// reflectedMap writes a map of any other type.
func (s Style) reflectedMap(dst []byte, m reflect.Value, depth int) ([]byte, error) {
	texts := make(map[string]any, m.Len())
	for it := m.MapRange(); it.Next(); {
		key, ok := KeyText(it.Key())
		if !ok {
			return nil, unsupported(it.Key().Interface())
		}
		texts[key] = it.Value().Interface()
	}
	return s.object(dst, texts, depth)
}

// KeyText returns the text of a key: integers become text, as Python's become. ok is
// false for any other type.
func KeyText(k reflect.Value) (text string, ok bool) {
	switch {
	case k.Kind() == reflect.String:
		return k.String(), true
	case k.CanInt():
		return strconv.FormatInt(k.Int(), 10), true
	case k.CanUint():
		return strconv.FormatUint(k.Uint(), 10), true
	}
	return "", false
}
