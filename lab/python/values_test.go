package main

import (
	"math"
	"math/big"
	"math/rand/v2"
)

// value returns a random one of those that JSON has a form for.
func value(r *rand.Rand, depth int) any {
	if depth > 0 && r.IntN(10) < 6 {
		if r.IntN(2) == 0 {
			list := make([]any, r.IntN(6))
			for i := range list {
				list[i] = value(r, depth-1)
			}
			return list
		}
		object := map[string]any{}
		for range r.IntN(6) {
			object[text(r)] = value(r, depth-1)
		}
		return object
	}
	return scalar(r)
}

func scalar(r *rand.Rand) any {
	switch r.IntN(7) {
	case 0:
		return nil
	case 1:
		return r.IntN(2) == 0
	case 2:
		return int64(r.Uint64() >> r.IntN(64)) //nolint:gosec // any bits will do
	case 3:
		return new(big.Int).Lsh(big.NewInt(r.Int64()), uint(r.IntN(200)))
	case 4:
		return real(r)
	}
	return text(r)
}

func real(r *rand.Rand) float64 {
	switch r.IntN(5) {
	case 0:
		return float64(r.IntN(2000) - 1000)
	case 1:
		return math.Pow10(r.IntN(60) - 30)
	case 2:
		return r.NormFloat64()
	case 3:
		return []float64{math.NaN(), math.Inf(1), math.Inf(-1)}[r.IntN(3)]
	}
	return math.Float64frombits(r.Uint64())
}

// ranges of characters: printable, control, accents, Cyrillic, the end of the
// basic plane, all beyond it.
var ranges = [][2]int{{32, 127}, {0, 32}, {127, 256}, {0x400, 0x500}, {0xe000, 0x10000}, {0x10000, 0x110000}}

func text(r *rand.Rand) string {
	in := ranges[r.IntN(len(ranges))]
	s := make([]rune, []int{0, 1, 3, 20}[r.IntN(4)])
	for i := range s {
		s[i] = rune(in[0] + r.IntN(in[1]-in[0])) //nolint:gosec // a rune by its range
	}
	return string(s)
}
