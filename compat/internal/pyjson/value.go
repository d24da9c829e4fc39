package pyjson

import (
	"encoding"
	"encoding/json"
	"errors"
	"math/big"
	"reflect"
	"strconv"

	"github.com/coatcheck-go/session/compat/python"
)

var errDepth = errors.New("value is nested too deeply")

func (s Style) value(dst []byte, v any, depth int) ([]byte, error) {
	if depth > maxDepth {
		return nil, errDepth
	}
	switch v := v.(type) {
	case nil:
		return append(dst, "null"...), nil
	case string:
		return s.AppendString(dst, v)
	case bool:
		return strconv.AppendBool(dst, v), nil
	case json.Number:
		return appendNumber(dst, v)
	case json.RawMessage:
		return s.Respell(dst, v)
	}
	return s.pointing(dst, v, depth)
}

// pointing writes what may be nil, which is null like any nil, as in
// encoding/json.
func (s Style) pointing(dst []byte, v any, depth int) ([]byte, error) {
	r := reflect.ValueOf(v)
	if isNil(r) {
		return append(dst, "null"...), nil
	}
	switch v := v.(type) {
	case *big.Int:
		return v.Append(dst, 10), nil
	case map[string]any:
		return s.object(dst, v, depth)
	case *python.Dict:
		return s.dict(dst, v, depth)
	case []any:
		return s.list(dst, len(v), func(i int) any { return v[i] }, depth)
	case json.Marshaler, encoding.TextMarshaler:
		return s.marshal(dst, v)
	}
	return s.reflected(dst, r, depth)
}

func isNil(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Map, reflect.Slice, reflect.Pointer:
		return v.IsNil()
	}
	return false
}

func (s Style) reflected(dst []byte, v reflect.Value, depth int) ([]byte, error) {
	switch k := v.Kind(); {
	case k == reflect.Bool:
		return strconv.AppendBool(dst, v.Bool()), nil
	case v.CanInt():
		return strconv.AppendInt(dst, v.Int(), 10), nil
	case v.CanUint():
		return strconv.AppendUint(dst, v.Uint(), 10), nil
	case v.CanFloat():
		return appendFloat(dst, v.Float(), v.Type().Bits()), nil
	case k == reflect.String:
		return s.AppendString(dst, v.String())
	case k == reflect.Struct, k == reflect.Slice && v.Type().Elem().Kind() == reflect.Uint8:
		return s.marshal(dst, v.Interface())
	}
	return s.composed(dst, v, depth)
}

// composed writes what holds other values.
func (s Style) composed(dst []byte, v reflect.Value, depth int) ([]byte, error) {
	switch v.Kind() {
	case reflect.Map:
		return s.reflectedMap(dst, v, depth)
	case reflect.Slice, reflect.Array:
		return s.list(dst, v.Len(), func(i int) any { return v.Index(i).Interface() }, depth)
	case reflect.Pointer:
		return s.value(dst, v.Elem().Interface(), depth+1)
	}
	return nil, unsupported(v.Interface())
}

func (s Style) list(dst []byte, n int, at func(int) any, depth int) (_ []byte, err error) {
	dst = append(dst, '[')
	for i := range n {
		if i > 0 {
			dst = append(dst, ',')
		}
		if dst, err = s.value(dst, at(i), depth+1); err != nil {
			return nil, err
		}
	}
	return append(dst, ']'), nil
}
