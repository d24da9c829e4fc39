// Package random makes the values of random sessions for tests.
package random

import (
	"encoding/json"
	"math/big"
	"math/rand/v2"
	"strconv"
)

// ranges of characters: printable, control, accents, Cyrillic, the end of the
// basic plane, all beyond it.
var ranges = [][2]int{{32, 127}, {0, 32}, {127, 256}, {0x400, 0x500}, {0xe000, 0x10000}, {0x10000, 0x110000}}

// Text returns up to 20 characters of one kind.
func Text(r *rand.Rand) string {
	in := ranges[r.IntN(len(ranges))]
	s := make([]rune, []int{0, 1, 3, 20}[r.IntN(4)])
	for i := range s {
		s[i] = rune(in[0] + r.IntN(in[1]-in[0])) //nolint:gosec // a rune by its range
	}
	return string(s)
}

// Scalars make the values that JSON in Python's spelling has, but for lists and dicts, each
// of the type that it has when it is read.
var Scalars = []func(r *rand.Rand) any{
	func(*rand.Rand) any { return nil },
	func(r *rand.Rand) any { return r.IntN(2) == 0 },
	func(r *rand.Rand) any { return Text(r) },
	func(r *rand.Rand) any { return json.Number(strconv.FormatInt(r.Int64()>>r.IntN(64), 10)) },
	func(r *rand.Rand) any {
		return json.Number(new(big.Int).Lsh(big.NewInt(-r.Int64()-1), uint(r.IntN(200))).String())
	},
	func(r *rand.Rand) any { return json.Number(strconv.Itoa(r.IntN(2000)-1000) + ".5") },
	func(r *rand.Rand) any {
		return json.Number([]string{"NaN", "Infinity", "-Infinity", "-0.0", "1e-07", "1e+100"}[r.IntN(6)])
	},
}

// Value returns a scalar, or a list or dict of values that are less deep.
func Value(r *rand.Rand, depth int) any {
	if depth > 0 && r.IntN(2) == 0 {
		if r.IntN(2) == 0 {
			return Dict(r, depth-1)
		}
		all := make([]any, r.IntN(5))
		for i := range all {
			all[i] = Value(r, depth-1)
		}
		return all
	}
	return Scalars[r.IntN(len(Scalars))](r)
}

// Dict returns up to four values, under names that begin with "k".
func Dict(r *rand.Rand, depth int) map[string]any {
	all := map[string]any{}
	for range r.IntN(5) {
		all["k"+Text(r)] = Value(r, depth)
	}
	return all
}
