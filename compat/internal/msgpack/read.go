package msgpack

import (
	"fmt"
	"math"
	"math/big"
	"time"
	"unicode/utf8"

	"github.com/coatcheck-go/session/compat/python"
)

// Read returns the value that data is, all of it, in the types of package python's
// table: nil, bool, int64 or *big.Int, float64, string, []byte, []any,
// *python.Dict, time.Time. The error doesn't tell values. It is safe for
// concurrent use.
func Read(data []byte, limits Limits) (any, error) {
	r := reader{rest: data, depth: limits.Depth, values: limits.Values}
	if r.depth == 0 {
		r.depth = maxDepth
	}
	if r.values == 0 {
		r.values = maxValues
	}
	v := r.value()
	if r.err == nil && len(r.rest) > 0 {
		r.err = errTrailing
	}
	if r.err != nil {
		return nil, r.err
	}
	return v, nil
}

// A reader takes a message apart. After the first error all it reads is zero.
type reader struct {
	rest   []byte
	depth  int // that is left
	values int // that are left
	err    error
}

func (r *reader) fail(err error) any {
	if r.err == nil {
		r.err = err
	}
	r.rest = nil
	return nil
}

func (r *reader) bytes(n uint64) []byte {
	if n > uint64(len(r.rest)) {
		r.fail(errShort)
		return nil
	}
	b := r.rest[:n]
	r.rest = r.rest[n:]
	return b
}

// uint reads a big-endian number of size bytes.
func (r *reader) uint(size int) (n uint64) {
	for _, c := range r.bytes(uint64(size)) { //nolint:gosec // it is small
		n = n<<8 | uint64(c)
	}
	return n
}

func (r *reader) value() any {
	if r.values--; r.values < 0 {
		return r.fail(errValues)
	}
	code := byte(r.uint(1))
	switch {
	case r.err != nil:
		return nil
	case code < codeFixMap:
		return int64(code)
	case code < codeFixArray:
		return r.dict(uint64(code & maxFix))
	case code < codeFixStr:
		return r.list(uint64(code & maxFix))
	case code < codeNil:
		return r.text(uint64(code & maxFixStr))
	case code >= codeNegative:
		return int64(int8(code)) //nolint:gosec // two's complement
	}
	return r.long(code)
}

// long reads what has its length or itself after the code.
func (r *reader) long(code byte) any {
	size := func(first byte) uint64 { return r.uint(1 << (code - first)) }
	switch code {
	case codeBin, codeBin + 1, codeBin + 2:
		return append([]byte{}, r.bytes(size(codeBin))...)
	case codeStr, codeStr + 1, codeStr + 2:
		return r.text(size(codeStr))
	case codeArray, codeArray + 1:
		return r.list(size(codeArray - 1))
	case codeMap, codeMap + 1:
		return r.dict(size(codeMap - 1))
	case codeExt, codeExt + 1, codeExt + 2:
		return r.extension(size(codeExt))
	case codeFixExt, codeFixExt + 1, codeFixExt + 2, codeFixExt + 3, codeFixExt + 4:
		return r.extension(1 << (code - codeFixExt))
	}
	return r.scalar(code)
}

func (r *reader) scalar(code byte) any {
	switch code {
	case codeNil:
		return nil
	case codeFalse, codeTrue:
		return code == codeTrue
	case codeFloat32:
		return float64(math.Float32frombits(uint32(r.uint(4)))) //nolint:gosec // four bytes
	case codeFloat64:
		return math.Float64frombits(r.uint(8))
	case codeUint, codeUint + 1, codeUint + 2, codeUint + 3:
		return unsigned(r.uint(1 << (code - codeUint)))
	case codeInt, codeInt + 1, codeInt + 2, codeInt + 3:
		size := 1 << (code - codeInt)
		unused := 64 - 8*size
		return int64(r.uint(size)) << unused >> unused //nolint:gosec // two's complement
	}
	return r.fail(fmt.Errorf("msgpack: no value begins with 0x%02x", code))
}

func unsigned(n uint64) any {
	if n > math.MaxInt64 {
		return new(big.Int).SetUint64(n)
	}
	return int64(n)
}

func (r *reader) text(n uint64) any {
	b := r.bytes(n)
	if !utf8.Valid(b) {
		return r.fail(errText)
	}
	return string(b)
}

// nested calls read one level deeper for n values. Each takes at least a byte, so
// a length that says more is wrong before any memory is used.
func (r *reader) nested(n uint64, read func()) {
	if n > uint64(len(r.rest)) {
		r.fail(errShort)
		return
	}
	if r.depth--; r.depth < 0 {
		r.fail(errDepth)
	}
	for ; n > 0 && r.err == nil; n-- {
		read()
	}
	r.depth++
}

func (r *reader) list(n uint64) any {
	items := []any{}
	r.nested(n, func() { items = append(items, r.value()) })
	return items
}

func (r *reader) dict(n uint64) any {
	d := &python.Dict{}
	r.nested(n, func() {
		key := r.value()
		if !isKey(key) {
			r.fail(errKey)
			return
		}
		d.Set(key, r.value())
	})
	return d
}

// isKey tells what can be a key of a python.Dict: all that == compares by its
// value.
func isKey(v any) bool {
	switch v.(type) {
	case nil, bool, int64, float64, string:
		return true
	}
	return false
}

// extension reads n bytes of a type. Only timestamps have a meaning.
func (r *reader) extension(n uint64) any {
	kind := int8(r.uint(1)) //nolint:gosec // two's complement
	b := reader{rest: r.bytes(n)}
	if r.err != nil {
		return nil
	}
	if kind != typeTimestamp {
		return r.fail(fmt.Errorf("msgpack: extension %d has no meaning", kind))
	}
	switch n {
	case 4:
		return r.time(int64(b.uint(4)), 0) //nolint:gosec // four bytes
	case 8:
		both := b.uint(8)
		return r.time(int64(both&(1<<34-1)), both>>34) //nolint:gosec // 34 bits
	case 12:
		nanos := b.uint(4)
		return r.time(int64(b.uint(8)), nanos) //nolint:gosec // two's complement
	}
	return r.fail(errTime)
}

// time takes Python's years, 1 to 9999.
func (r *reader) time(seconds int64, nanos uint64) any {
	const first, end = -62135596800, 253402300800
	if nanos >= 1e9 || seconds < first || seconds >= end {
		return r.fail(errTime)
	}
	return time.Unix(seconds, int64(nanos)).UTC()
}
