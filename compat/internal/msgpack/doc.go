// Package msgpack reads and writes MessagePack as Flask-Session 0.8 does with
// msgspec: https://github.com/msgpack/msgpack/blob/master/spec.md with the
// timestamp extension, and strings for the Python values that it has no form for.
package msgpack

import "errors"

// Limits bound what Read makes of a message that means harm. A zero field is its
// default.
type Limits struct {
	Depth  int // how deeply values are nested, default 200
	Values int // how many values there are, default 200,000
}

const (
	maxDepth  = 200
	maxValues = 200_000
)

var (
	errShort    = errors.New("msgpack: cut short")
	errTrailing = errors.New("msgpack: something follows its end")
	errDepth    = errors.New("msgpack: nested too deeply")
	errValues   = errors.New("msgpack: too many values")
	errText     = errors.New("msgpack: text is not UTF-8")
	errKey      = errors.New("msgpack: a map's key is of a kind that can't be one")
	errTime     = errors.New("msgpack: a timestamp is out of range")
	errRange    = errors.New("msgpack: can't write an integer of more than 64 bits")
	errLength   = errors.New("msgpack: can't write so long a value")
)

// The first bytes of a value, those that aren't part of it themselves.
const (
	codeNil       = 0xc0
	codeFalse     = 0xc2
	codeTrue      = 0xc3
	codeBin       = 0xc4 // and 2: lengths of 1, 2, 4 bytes
	codeExt       = 0xc7
	codeFloat32   = 0xca
	codeFloat64   = 0xcb
	codeUint      = 0xcc // and 3: 1, 2, 4, 8 bytes
	codeInt       = 0xd0
	codeFixExt    = 0xd4 // and 4: 1, 2, 4, 8, 16 bytes
	codeStr       = 0xd9
	codeArray     = 0xdc // and 1: lengths of 2, 4 bytes
	codeMap       = 0xde
	codeFixMap    = 0x80 // and 15: the length
	codeFixArray  = 0x90
	codeFixStr    = 0xa0 // and 31
	codeNegative  = 0xe0 // and 31: -32 to -1
	maxFix        = 15
	maxFixStr     = 31
	typeTimestamp = -1
)
