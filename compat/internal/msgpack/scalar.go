package msgpack

import (
	"encoding/binary"
	"math"
	"math/big"
	"time"
)

func (w *writer) byte(c byte) { w.out = append(w.out, c) }

func (w *writer) bool(b bool) {
	if b {
		w.byte(codeTrue)
	} else {
		w.byte(codeFalse)
	}
}

func (w *writer) int(n int64) {
	switch {
	case n >= 0:
		w.uint(uint64(n))
	case n >= -32:
		w.byte(byte(n)) //nolint:gosec // two's complement
	case n >= math.MinInt8:
		w.sized(codeInt, uint64(n), 1) //nolint:gosec // two's complement
	case n >= math.MinInt16:
		w.sized(codeInt+1, uint64(n), 2) //nolint:gosec // two's complement
	case n >= math.MinInt32:
		w.sized(codeInt+2, uint64(n), 4) //nolint:gosec // two's complement
	default:
		w.sized(codeInt+3, uint64(n), 8) //nolint:gosec // two's complement
	}
}

func (w *writer) uint(n uint64) {
	switch {
	case n < codeFixMap:
		w.byte(byte(n))
	case n <= math.MaxUint8:
		w.sized(codeUint, n, 1)
	case n <= math.MaxUint16:
		w.sized(codeUint+1, n, 2)
	case n <= math.MaxUint32:
		w.sized(codeUint+2, n, 4)
	default:
		w.sized(codeUint+3, n, 8)
	}
}

// sized writes a code and the last size bytes of n.
func (w *writer) sized(code byte, n uint64, size int) {
	w.byte(code)
	for shift := 8 * (size - 1); shift >= 0; shift -= 8 {
		w.byte(byte(n >> shift)) //nolint:gosec // one byte of it
	}
}

func (w *writer) bigInt(n *big.Int) {
	switch {
	case n.IsInt64():
		w.int(n.Int64())
	case n.IsUint64():
		w.uint(n.Uint64())
	default:
		w.fail(errRange)
	}
}

// time writes the smallest of the three forms of a timestamp, in microseconds as
// Python has them.
func (w *writer) time(t time.Time) {
	seconds, nanos := t.Unix(), uint64(t.Nanosecond()/1000*1000) //nolint:gosec // it is positive
	stamp := byte(0x100 + typeTimestamp)
	switch {
	case seconds < 0 || seconds >= 1<<34:
		w.out = append(w.out, codeExt, 12)
		w.sized(stamp, nanos, 4)
		w.out = binary.BigEndian.AppendUint64(w.out, uint64(seconds)) //nolint:gosec // two's complement
	case nanos > 0 || seconds > math.MaxUint32:
		w.byte(codeFixExt + 3)
		w.sized(stamp, nanos<<34|uint64(seconds), 8)
	default:
		w.byte(codeFixExt + 2)
		w.sized(stamp, uint64(seconds), 4)
	}
}
