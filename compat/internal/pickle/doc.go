// Package pickle reads and writes Python's pickles of simple values, those of
// package python's table and no others.
//
// A pickle is a program for a small machine, and in Python it can call any
// function. This reader has an allow-list of opcodes and one of globals. Each
// global has a fixed meaning of its own; there is no general call, so nothing that
// a pickle says can run anything.
//
// The original: CPython Modules/_pickle.c, Lib/pickletools.py. Read takes
// protocols 0 to 5, Append writes 0, 2, 4 and 5.
package pickle

// Limits bound what Read makes of a pickle that means harm. A zero field is its
// default.
type Limits struct {
	Bytes  int // of the pickle, default 4 MiB
	Depth  int // how deeply values are nested, default 200
	Values int // how many values there are, those in the memo included; default 200,000
}

func (l Limits) resolve() Limits {
	return Limits{
		Bytes:  orDefault(l.Bytes, 4<<20),
		Depth:  orDefault(l.Depth, maxDepth),
		Values: orDefault(l.Values, 200_000),
	}
}

func orDefault(n, otherwise int) int {
	if n == 0 {
		return otherwise
	}
	return n
}

const (
	maxDepth = 200

	// maxDigits is Python's own limit for the text of an integer, and maxIntBytes
	// about as much in binary: reading larger ones takes quadratic time.
	maxDigits   = 4300
	maxIntBytes = 1786
)
