package pickle

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

var (
	errShort     = errors.New("pickle: cut short")
	errTrailing  = errors.New("pickle: something follows its end")
	errSize      = errors.New("pickle: too large")
	errValues    = errors.New("pickle: too many values")
	errUnderflow = errors.New("pickle: takes from an empty stack")
	errMemo      = errors.New("pickle: asks for what is not in the memo")
	errKind      = errors.New("pickle: an opcode has an operand of the wrong kind")
)

// Read returns the value that data is the pickle of, in the types of package
// python's table. The error names the opcode or the global that isn't
// allowed; it doesn't tell values. It is safe for concurrent use.
func Read(data []byte, limits Limits) (any, error) {
	r := reader{rest: data, limits: limits.resolve(), memo: map[uint64]any{}}
	if len(data) > r.limits.Bytes {
		return nil, errSize
	}
	for !r.stopped && r.err == nil {
		r.step()
	}
	v := r.pop()
	switch {
	case r.err != nil:
		return nil, r.err
	case len(r.rest) > 0:
		return nil, errTrailing
	}
	return r.finish(v)
}

// A reader is the machine. After the first error all it reads is zero.
type reader struct {
	rest    []byte
	limits  Limits
	stack   []any
	marks   []int // heights of the stack
	memo    map[uint64]any
	made    int // values and memo entries
	stopped bool
	err     error
}

func (r *reader) fail(err error) {
	if r.err == nil {
		r.err = err
	}
	r.rest = nil
}

// step does one opcode.
func (r *reader) step() {
	code := r.uint(1)
	if r.err != nil {
		return
	}
	op := &opcodes[code]
	switch {
	case op.name == "":
		r.fail(fmt.Errorf("pickle: unknown opcode 0x%02x", code))
	case op.run == nil:
		r.fail(fmt.Errorf("pickle: opcode %s is not allowed", op.name))
	default:
		op.run(r)
	}
}

// bytes reads n bytes, without a copy.
func (r *reader) bytes(n uint64) []byte {
	if n > uint64(len(r.rest)) {
		r.fail(errShort)
		return nil
	}
	b := r.rest[:n]
	r.rest = r.rest[n:]
	return b
}

// uint reads a little-endian number of size bytes.
func (r *reader) uint(size int) uint64 {
	var full [8]byte
	copy(full[:], r.bytes(uint64(size)))
	return binary.LittleEndian.Uint64(full[:])
}

// line reads up to the next line feed.
func (r *reader) line() string {
	end := bytes.IndexByte(r.rest, '\n')
	if end < 0 {
		r.fail(errShort)
		return ""
	}
	line := r.bytes(uint64(end))
	r.rest = r.rest[1:]
	return string(line)
}

func (r *reader) count() {
	if r.made++; r.made > r.limits.Values {
		r.fail(errValues)
	}
}

func (r *reader) push(v any) {
	r.count()
	r.stack = append(r.stack, v)
}

func (r *reader) mark() {
	r.count()
	r.marks = append(r.marks, len(r.stack))
}

// floor is below what may be taken from the stack.
func (r *reader) floor() int {
	if len(r.marks) == 0 {
		return 0
	}
	return r.marks[len(r.marks)-1]
}

func (r *reader) pop() any {
	top := len(r.stack) - 1
	if top < r.floor() {
		r.fail(errUnderflow)
		return nil
	}
	v := r.stack[top]
	r.stack = r.stack[:top]
	return v
}

// popN takes n values.
func (r *reader) popN(n int) []any {
	from := len(r.stack) - n
	if from < r.floor() {
		r.fail(errUnderflow)
		return nil
	}
	return r.popFrom(from)
}

// popMark takes all values above the last mark, and the mark.
func (r *reader) popMark() []any {
	if len(r.marks) == 0 {
		r.fail(errUnderflow)
		return nil
	}
	from := r.floor()
	r.marks = r.marks[:len(r.marks)-1]
	return r.popFrom(from)
}

func (r *reader) popFrom(from int) []any {
	values := slices.Clone(r.stack[from:])
	r.stack = r.stack[:from]
	return values
}

// top returns the uppermost value, which stays.
func (r *reader) top() any {
	v := r.pop()
	if r.err == nil {
		r.stack = r.stack[:len(r.stack)+1]
	}
	return v
}

func (r *reader) put(i uint64) {
	r.count()
	if v := r.top(); r.err == nil {
		r.memo[i] = v
	}
}

func (r *reader) get(i uint64) {
	v, ok := r.memo[i]
	if !ok {
		r.fail(errMemo)
		return
	}
	r.push(v)
}
