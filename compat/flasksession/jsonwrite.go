package flasksession

import (
	"encoding/base64"
	"errors"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"time"

	"github.com/coatcheck-go/session/compat/internal/msgpack"
	"github.com/coatcheck-go/session/compat/internal/pyjson"
	"github.com/coatcheck-go/session/compat/python"
)

const (
	maxDepth  = 200
	maxDigits = 4300 // Python's own limit for the text of an integer
)

var (
	errJSON   = errors.New("not JSON")
	errDepth  = errors.New("nested too deeply")
	errNumber = errors.New("a number is too long")
	errKey    = errors.New("JSON has no such key")
)

// plain is ensure_ascii=False.
var plain pyjson.Style

// appendJSON writes v as msgspec.json does: as MessagePack, with bytes as base64 and
// times as text; NaN and the infinities become null.
func appendJSON(dst []byte, v any) ([]byte, error) { return appendValue(dst, v, 0) }

func appendValue(dst []byte, v any, depth int) ([]byte, error) {
	if depth > maxDepth {
		return nil, errDepth
	}
	switch v := v.(type) {
	case []any:
		return appendList(dst, v, depth)
	case python.Tuple:
		return appendList(dst, v, depth)
	case python.Set:
		return appendList(dst, v, depth)
	case python.FrozenSet:
		return appendList(dst, v, depth)
	case *python.Dict:
		return appendDict(dst, v, depth)
	}
	return appendScalar(dst, v)
}

func appendScalar(dst []byte, v any) ([]byte, error) {
	switch v := v.(type) {
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return append(dst, "null"...), nil
		}
	case nil, bool, int64, *big.Int, string:
	case []byte:
		return append(base64.StdEncoding.AppendEncode(append(dst, '"'), v), '"'), nil
	case time.Time:
		return append(v.AppendFormat(append(dst, '"'), iso(v)), '"'), nil
	default:
		text, ok := msgpack.Spell(v)
		if !ok {
			return nil, fmt.Errorf("can't write %T as JSON", v)
		}
		return plain.Append(dst, text)
	}
	return plain.Append(dst, v)
}

// iso is a layout with six digits of the second's fraction, or none if that is zero.
func iso(t time.Time) string {
	if t.Nanosecond() < 1000 {
		return time.RFC3339
	}
	return "2006-01-02T15:04:05.000000Z07:00"
}

func appendList(dst []byte, items []any, depth int) (_ []byte, err error) {
	dst = append(dst, '[')
	for i, item := range items {
		if i > 0 {
			dst = append(dst, ',')
		}
		if dst, err = appendValue(dst, item, depth+1); err != nil {
			return nil, err
		}
	}
	return append(dst, ']'), nil
}

func appendDict(dst []byte, d *python.Dict, depth int) (_ []byte, err error) {
	dst = append(dst, '{')
	for key, v := range d.All() {
		if dst[len(dst)-1] != '{' {
			dst = append(dst, ',')
		}
		text, ok := keyText(key)
		if !ok {
			return nil, errKey
		}
		if dst, err = plain.Append(dst, text); err != nil {
			return nil, err
		}
		if dst, err = appendValue(append(dst, ':'), v, depth+1); err != nil {
			return nil, err
		}
	}
	return append(dst, '}'), nil
}

// keyText is the text of a key that is text or a number.
func keyText(key any) (text string, ok bool) {
	switch key := key.(type) {
	case string:
		return key, true
	case int64:
		return strconv.FormatInt(key, 10), true
	case float64:
		b, err := plain.Append(nil, key)
		return string(b), err == nil
	}
	return msgpack.Spell(key)
}
