package flask

import (
	"encoding"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"math/big"
	"net/http"
	"reflect"
	"time"

	"github.com/coatcheck-go/session/compat/internal/pyjson"
	"github.com/coatcheck-go/session/compat/python"
)

// A Tag is a type of the application's own, the counterpart of what it gives to
// TaggedJSONSerializer.register. Tags are asked before Flask's own, in their order; one
// with a key of Flask's takes the place of that (register's force).
type Tag struct {
	// Key marks the values, " od" for instance. Flask's keys begin with a space, so
	// that no other dict looks like a tag by accident.
	Key string

	// Encode returns what stands for v in JSON, made of values that have a form
	// without this Tag; ok is false if v isn't of this Tag.
	Encode func(v any) (plain any, ok bool)

	// Decode returns the value that plain stands for. Tags inside of plain are
	// values already.
	Decode func(plain any) (v any, err error)
}

// Flask's own tags.
const (
	tagDict     = " di"
	tagTuple    = " t"
	tagBytes    = " b"
	tagMarkup   = " m"
	tagUUID     = " u"
	tagDateTime = " d"
)

// dictSuffix is put after the only key of a dict that looks like a tag.
const dictSuffix = "__"

// maxDepth is that of Python's own reader, about.
const maxDepth = 1000

var errDepth = errors.New("value is nested too deeply")

// isTag reports whether a dict with just this key looks like a tag.
func (c *Codec) isTag(key string) bool {
	if _, ok := readers[key]; ok {
		return true
	}
	for i := range c.tags {
		if c.tags[i].Key == key {
			return true
		}
	}
	return false
}

func mark(key string, v any) any { return map[string]any{key: v} }

// tag returns v made of what JSON has.
func (c *Codec) tag(v any, depth int) (any, error) {
	if depth > maxDepth {
		return nil, errDepth
	}
	for _, t := range c.tags {
		if plain, ok := t.Encode(v); ok {
			inner, err := c.tag(plain, depth+1)
			return mark(t.Key, inner), err
		}
	}
	switch v := v.(type) {
	case nil, string, bool, int, int64, float64, json.Number, *big.Int:
		return v, nil
	case map[string]any:
		return c.dict(v, depth)
	case []any:
		return c.list(len(v), func(i int) any { return v[i] }, depth)
	case python.Tuple:
		list, err := c.list(len(v), func(i int) any { return v[i] }, depth)
		return mark(tagTuple, list), err
	case *python.Dict:
		return c.pythonDict(v, depth)
	}
	return c.leaf(v, depth)
}

// leaf tags values that hold no others.
func (c *Codec) leaf(v any, depth int) (any, error) {
	switch v := v.(type) {
	case python.Markup:
		return mark(tagMarkup, string(v)), nil
	case template.HTML:
		return mark(tagMarkup, string(v)), nil
	case python.UUID:
		return mark(tagUUID, hex.EncodeToString(v[:])), nil
	case time.Time:
		return dateTime(v)
	case python.Naive:
		return dateTime(v.Time)
	case python.Date:
		return httpDate(time.Date(v.Year, v.Month, v.Day, 0, 0, 0, 0, time.UTC))
	case python.Decimal:
		return string(v), nil
	case python.Set, python.FrozenSet:
		return nil, fmt.Errorf("can't write %T as JSON: Flask has no form for it", v)
	}
	return c.reflected(reflect.ValueOf(v), depth)
}

func dateTime(t time.Time) (any, error) {
	text, err := httpDate(t)
	return mark(tagDateTime, text), err
}

// httpDate is werkzeug's http_date.
func httpDate(t time.Time) (string, error) {
	t = t.UTC()
	if !pythonYear(t) {
		return "", errors.New("a year beyond Python's datetime")
	}
	return t.Format(http.TimeFormat), nil
}

// pythonYear reports whether a datetime can be in t's year.
func pythonYear(t time.Time) bool { return t.Year() >= 1 && t.Year() <= 9999 }

// reflected tags values of types that this package doesn't know.
func (c *Codec) reflected(v reflect.Value, depth int) (any, error) {
	switch kind := v.Kind(); {
	case isNil(v):
		return nil, nil
	case marshals(v.Type()):
		return c.marshaled(v, depth)
	case kind == reflect.Pointer:
		return c.tag(v.Elem().Interface(), depth+1)
	case kind == reflect.Map:
		return c.reflectedMap(v, depth)
	case kind == reflect.Slice && v.Type().Elem().Kind() == reflect.Uint8:
		return mark(tagBytes, base64.StdEncoding.EncodeToString(v.Bytes())), nil
	case kind == reflect.Slice, kind == reflect.Array:
		return c.list(v.Len(), func(i int) any { return v.Index(i).Interface() }, depth)
	case kind == reflect.Struct:
		return c.marshaled(v, depth)
	}
	return v.Interface(), nil
}

func isNil(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Map, reflect.Slice, reflect.Pointer:
		return v.IsNil()
	}
	return false
}

var (
	jsonMarshaler = reflect.TypeFor[json.Marshaler]()
	textMarshaler = reflect.TypeFor[encoding.TextMarshaler]()
)

// marshals reports whether t says itself how it is written. A pointer to what does so
// doesn't count: it may point to a type with a tag.
func marshals(t reflect.Type) bool {
	if t.Kind() == reflect.Pointer && marshals(t.Elem()) {
		return false
	}
	return t.Implements(jsonMarshaler) || t.Implements(textMarshaler)
}

// marshaled tags what encoding/json makes of v.
func (c *Codec) marshaled(v reflect.Value, depth int) (any, error) {
	text, err := json.Marshal(v.Interface())
	if err != nil {
		return nil, fmt.Errorf("can't write %v as JSON", v.Type()) // err may quote the value
	}
	var plain any
	if err := pyjson.Read(text, &plain); err != nil {
		return nil, err
	}
	return c.tag(plain, depth+1)
}

func (c *Codec) list(n int, at func(int) any, depth int) (_ []any, err error) {
	list := make([]any, n)
	for i := range list {
		if list[i], err = c.tag(at(i), depth+1); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func (c *Codec) dict(m map[string]any, depth int) (any, error) {
	if m == nil {
		return nil, nil
	}
	tagged := make(map[string]any, len(m))
	for key, v := range m {
		value, err := c.tag(v, depth+1)
		if err != nil {
			return nil, err
		}
		if len(m) == 1 && c.isTag(key) {
			return mark(tagDict, mark(key+dictSuffix, value)), nil
		}
		tagged[key] = value
	}
	return tagged, nil
}

func (c *Codec) reflectedMap(v reflect.Value, depth int) (any, error) {
	m := make(map[string]any, v.Len())
	for it := v.MapRange(); it.Next(); {
		key, ok := pyjson.KeyText(it.Key())
		if !ok {
			return nil, errKey
		}
		m[key] = it.Value().Interface()
	}
	return c.dict(m, depth)
}

func (c *Codec) pythonDict(d *python.Dict, depth int) (any, error) {
	if d == nil {
		return nil, nil
	}
	m := make(map[string]any, d.Len())
	for k, v := range d.All() {
		key, ok := pyjson.KeyText(reflect.ValueOf(k))
		if !ok {
			return nil, errKey
		}
		m[key] = v
	}
	return c.dict(m, depth)
}

var errKey = errors.New("a key of a dict is neither text nor an integer")
