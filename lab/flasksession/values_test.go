package flasksession

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coatcheck-go/session/compat/python"
)

// canonical is that of peer.py.
func canonical(t *testing.T, v any) string {
	t.Helper()
	switch v := v.(type) {
	case nil, bool:
		b, err := json.Marshal(v)
		check(t, err)
		return string(b)
	case json.Number:
		return canonicalNumber(t, v)
	case string:
		return "s" + hex.EncodeToString([]byte(v))
	case []byte:
		return "b" + hex.EncodeToString(v)
	case python.Markup:
		return "m" + hex.EncodeToString([]byte(v))
	case python.UUID:
		return "u" + hex.EncodeToString(v[:])
	case time.Time:
		return fmt.Sprintf("d%d", v.Unix())
	case []any:
		return "[" + canonicalList(t, v) + "]"
	case python.Tuple:
		return "(" + canonicalList(t, v) + ")"
	case map[string]any:
		parts := []string{}
		for key, value := range v {
			parts = append(parts, canonical(t, key)+":"+canonical(t, value))
		}
		slices.Sort(parts)
		return "{" + strings.Join(parts, ",") + "}"
	}
	t.Fatalf("a %T is read", v)
	return ""
}

func canonicalList(t *testing.T, items []any) string {
	t.Helper()
	parts := make([]string, len(items))
	for i, item := range items {
		parts[i] = canonical(t, item)
	}
	return strings.Join(parts, ",")
}

func canonicalNumber(t *testing.T, n json.Number) string {
	t.Helper()
	switch {
	case n == "NaN":
		return "fnan"
	case !strings.ContainsAny(string(n), ".eEI"):
		return "i" + string(n)
	}
	f, err := n.Float64()
	check(t, err)
	return fmt.Sprintf("f%016x", math.Float64bits(f))
}

// value is a random value of all types that a Codec knows.
func value(r *rand.Rand, bits, depth int) any {
	if depth > 0 && r.IntN(2) == 0 {
		return container(r, bits, depth)
	}
	n := integer(r, bits)
	pick := []any{
		nil, true, false, text(r), n, r.Float64(), float64(r.IntN(1000)), math.Copysign(0, -1),
		time.Unix(r.Int64N(1<<35), 0).UTC(), python.UUID{byte(r.Uint32())}, python.Markup("<b>"), []byte(text(r)),
	}
	return pick[r.IntN(len(pick))]
}

func container(r *rand.Rand, bits, depth int) any {
	items, m := []any{}, map[string]any{}
	for range r.IntN(5) {
		items = append(items, value(r, bits, depth-1))
		m[text(r)] = value(r, bits, depth-1)
	}
	return []any{items, python.Tuple(items), m}[r.IntN(3)]
}

func text(r *rand.Rand) string {
	runes := make([]rune, r.IntN(20))
	for i := range runes {
		runes[i] = []rune{rune(r.IntN(0x80)), rune(0x80 + r.IntN(0x80)), rune(0x400 + r.IntN(0x100)), rune(0x10000 + r.IntN(0x10000))}[r.IntN(4)] //nolint:gosec // small
	}
	return string(runes)
}

func integer(r *rand.Rand, bits int) *big.Int {
	b := make([]byte, r.IntN(min(bits, 300)/8+1))
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	n := new(big.Int).SetBytes(b)
	if r.IntN(2) == 0 {
		n.Neg(n)
	}
	return n
}
