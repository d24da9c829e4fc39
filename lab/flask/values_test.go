package flask

import (
	"encoding/json"
	"math/big"
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/coatcheck-go/session/compat/python"
)

// The values are random, and of the types that they have when they are read.

func value(r *rand.Rand, depth int) any {
	if depth > 0 && r.IntN(2) == 0 {
		switch r.IntN(3) {
		case 0:
			return list(r, depth-1)
		case 1:
			return python.Tuple(list(r, depth-1))
		}
		return dict(r, depth-1)
	}
	return scalars[r.IntN(len(scalars))](r)
}

func list(r *rand.Rand, depth int) []any {
	all := make([]any, r.IntN(5))
	for i := range all {
		all[i] = value(r, depth)
	}
	return all
}

// dict looks like a tag rather often.
func dict(r *rand.Rand, depth int) map[string]any {
	tags := []string{" di", " t", " b", " m", " u", " d", " x"}
	if r.IntN(3) == 0 {
		return map[string]any{tags[r.IntN(len(tags))]: value(r, depth)}
	}
	all := map[string]any{}
	for range r.IntN(5) {
		all[text(r)] = value(r, depth)
	}
	return all
}

var scalars = []func(r *rand.Rand) any{
	func(*rand.Rand) any { return nil },
	func(r *rand.Rand) any { return r.IntN(2) == 0 },
	func(r *rand.Rand) any { return text(r) },
	func(r *rand.Rand) any { return json.Number(strconv.FormatInt(r.Int64()>>r.IntN(64), 10)) },
	func(r *rand.Rand) any {
		return json.Number(new(big.Int).Lsh(big.NewInt(-r.Int64()-1), uint(r.IntN(200))).String())
	},
	func(r *rand.Rand) any { return json.Number(strconv.Itoa(r.IntN(2000)-1000) + ".5") },
	func(r *rand.Rand) any {
		return json.Number([]string{"NaN", "Infinity", "-Infinity", "-0.0", "1e-07", "1e+100"}[r.IntN(6)])
	},
	func(r *rand.Rand) any { return []byte(text(r)) },
	func(r *rand.Rand) any { return python.Markup(text(r)) },
	func(r *rand.Rand) any {
		var u python.UUID
		for i := range u {
			u[i] = byte(r.Uint32())
		}
		return u
	},
	func(r *rand.Rand) any { return time.Unix(r.Int64N(1e11)-1e10, 0).UTC() },
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
