package djangostore

import (
	"encoding/json"
	"math/big"
	"math/rand/v2"
	"strconv"
)

// value is a random one, of the types that values have when they are read.
func value(r *rand.Rand, depth int) any {
	if depth > 0 && r.IntN(2) == 0 {
		if r.IntN(2) == 0 {
			return dict(r, depth-1)
		}
		all := make([]any, r.IntN(5))
		for i := range all {
			all[i] = value(r, depth-1)
		}
		return all
	}
	return scalars[r.IntN(len(scalars))](r)
}

func dict(r *rand.Rand, depth int) map[string]any {
	all := map[string]any{}
	for range r.IntN(5) {
		all["k"+letters(r)] = value(r, depth)
	}
	return all
}

var scalars = []func(r *rand.Rand) any{
	func(*rand.Rand) any { return nil },
	func(r *rand.Rand) any { return r.IntN(2) == 0 },
	func(r *rand.Rand) any { return letters(r) },
	func(r *rand.Rand) any { return json.Number(strconv.FormatInt(r.Int64()>>r.IntN(64), 10)) },
	func(r *rand.Rand) any {
		return json.Number(new(big.Int).Lsh(big.NewInt(-r.Int64()-1), uint(r.IntN(200))).String())
	},
	func(r *rand.Rand) any { return json.Number(strconv.Itoa(r.IntN(2000)-1000) + ".5") },
	func(r *rand.Rand) any {
		return json.Number([]string{"NaN", "Infinity", "-Infinity", "-0.0", "1e-07", "1e+100"}[r.IntN(6)])
	},
}

// ranges of characters: printable, control, accents, Cyrillic, the end of the
// basic plane, all beyond it.
var ranges = [][2]int{{32, 127}, {0, 32}, {127, 256}, {0x400, 0x500}, {0xe000, 0x10000}, {0x10000, 0x110000}}

func letters(r *rand.Rand) string {
	in := ranges[r.IntN(len(ranges))]
	s := make([]rune, []int{0, 1, 3, 20}[r.IntN(4)])
	for i := range s {
		s[i] = rune(in[0] + r.IntN(in[1]-in[0])) //nolint:gosec // a rune by its range
	}
	return string(s)
}
