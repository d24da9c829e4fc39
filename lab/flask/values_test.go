package flask

import (
	"math/rand/v2"
	"slices"
	"time"

	"github.com/coatcheck-go/session/compat/python"
	"github.com/coatcheck-go/session/lab/internal/random"
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
		all[random.Text(r)] = value(r, depth)
	}
	return all
}

// scalars are those of JSON, and what Flask tags.
var scalars = append(slices.Clone(random.Scalars),
	func(r *rand.Rand) any { return []byte(random.Text(r)) },
	func(r *rand.Rand) any { return python.Markup(random.Text(r)) },
	func(r *rand.Rand) any {
		var u python.UUID
		for i := range u {
			u[i] = byte(r.Uint32())
		}
		return u
	},
	func(r *rand.Rand) any { return time.Unix(r.Int64N(1e11)-1e10, 0).UTC() },
)
