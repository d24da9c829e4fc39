package msgpack

import (
	"encoding/hex"
	"math"
	"math/big"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/coatcheck-go/session/compat/python"
)

// dictOf makes a dict of keys and values in turn.
func dictOf(items ...any) *python.Dict {
	d := &python.Dict{}
	for i := 0; i < len(items); i += 2 {
		d.Set(items[i], items[i+1])
	}
	return d
}

func unix(seconds, nanos int64) time.Time { return time.Unix(seconds, nanos).UTC() }

var big63 = new(big.Int).Lsh(big.NewInt(1), 63)

// vectors have one spelling each: those of Flask-Session 0.8.0 and msgspec 0.22.0.
var vectors = []struct {
	value   any
	message string
}{
	{dictOf("_permanent", true, "a", int64(1), "s", "hi"), "\x83\xaa_permanent\xc3\xa1a\x01\xa1s\xa2hi"},
	{dictOf("_permanent", true, "_flashes", []any{[]any{"message", "hi"}, []any{"error", "no"}}), "\x82\xaa_permanent\xc3\xa8_flashes\x92\x92\xa7message\xa2hi\x92\xa5error\xa2no"},
	{dictOf("_permanent", true, "t", []any{int64(1), int64(2)}, "b", []byte{0, 0xff}, "d", unix(1700000000, 5000),
		"nd", "2023-11-14T22:13:20", "u", "00000000-0000-0000-0000-000000000001", "dec", "1.5", "set", []any{int64(1)},
		"date", "2023-01-02", "td", "PT5S", "i", big63, "f", 1.0, "n", nil),
		"\x8d\xaa_permanent\xc3\xa1t\x92\x01\x02\xa1b\xc4\x02\x00\xff\xa1d\xd7\xff\x00\x00N eS\xf1\x00\xa2nd\xb32023-11-14T22:13:20\xa1u\xd9$00000000-0000-0000-0000-000000000001\xa3dec\xa31.5\xa3set\x91\x01\xa4date\xaa2023-01-02\xa2td\xa4PT5S\xa1i\xcf\x80\x00\x00\x00\x00\x00\x00\x00\xa1f\xcb?\xf0\x00\x00\x00\x00\x00\x00\xa1n\xc0"},
	{dictOf(), "\x80"},
	{dictOf(int64(1), int64(2), nil, int64(3), 1.5, false), "\x83\x01\x02\xc0\x03\xcb\x3f\xf8\x00\x00\x00\x00\x00\x00\xc2"},
	{[]any{}, "\x90"},
	{[]byte{}, "\xc4\x00"},
	{int64(127), "\x7f"},
	{int64(128), "\xcc\x80"},
	{int64(255), "\xcc\xff"},
	{int64(256), "\xcd\x01\x00"},
	{int64(65536), "\xce\x00\x01\x00\x00"},
	{int64(1 << 32), "\xcf\x00\x00\x00\x01\x00\x00\x00\x00"},
	{int64(-1), "\xff"},
	{int64(-32), "\xe0"},
	{int64(-33), "\xd0\xdf"},
	{int64(-129), "\xd1\xff\x7f"},
	{int64(-32769), "\xd2\xff\xff\x7f\xff"},
	{int64(math.MinInt64), "\xd3\x80\x00\x00\x00\x00\x00\x00\x00"},
	{unix(1700000000, 0), "\xd6\xffeS\xf1\x00"},
	{unix(1<<32, 0), "\xd7\xff\x00\x00\x00\x01\x00\x00\x00\x00"},
	{unix(1<<34, 0), "\xc7\x0c\xff\x00\x00\x00\x00\x00\x00\x00\x04\x00\x00\x00\x00"},
	{unix(-1, 999_999_000), "\xc7\x0c\xff\x3b\x9a\xc6\x18\xff\xff\xff\xff\xff\xff\xff\xff"},
	{strings.Repeat("a", 31), "\xbf" + strings.Repeat("a", 31)},
	{strings.Repeat("a", 32), "\xd9\x20" + strings.Repeat("a", 32)},
	{strings.Repeat("a", 256), "\xda\x01\x00" + strings.Repeat("a", 256)},
	{strings.Repeat("a", 1<<16), "\xdb\x00\x01\x00\x00" + strings.Repeat("a", 1<<16)},
	{[]byte(strings.Repeat("a", 256)), "\xc5\x01\x00" + strings.Repeat("a", 256)},
	{[]byte(strings.Repeat("a", 1<<16)), "\xc6\x00\x01\x00\x00" + strings.Repeat("a", 1<<16)},
	{make([]any, 16), "\xdc\x00\x10" + strings.Repeat("\xc0", 16)},
	{make([]any, 1<<16), "\xdd\x00\x01\x00\x00" + strings.Repeat("\xc0", 1<<16)},
}

func TestVectors(t *testing.T) {
	for _, v := range vectors {
		got, err := Read([]byte(v.message), Limits{})
		if err != nil || !reflect.DeepEqual(got, v.value) {
			t.Errorf("Read(%.80q) = %.80v, %v", v.message, got, err)
		}
		b, err := Append([]byte("before"), v.value)
		if err != nil || string(b) != "before"+v.message {
			t.Errorf("Append(%.80v) = %.80q, %v, want %.80q", v.value, b, err, v.message)
		}
	}
}

// Many keys need the longer codes of a map.
func TestLargeMaps(t *testing.T) {
	for _, c := range []struct {
		n    int
		head string
	}{{15, "8f"}, {16, "de0010"}, {1 << 16, "df00010000"}} {
		d := &python.Dict{}
		for i := range c.n {
			d.Set(int64(i), nil)
		}
		b, err := Append(nil, d)
		if err != nil || !strings.HasPrefix(hex.EncodeToString(b), c.head) {
			t.Errorf("%d keys: %.12x, %v", c.n, b, err)
		}
		if got, err := Read(b, Limits{}); err != nil || !reflect.DeepEqual(got, any(d)) {
			t.Errorf("%d keys: %v", c.n, err)
		}
	}
}

// What Python values become that MessagePack has no form for.
func TestSpelled(t *testing.T) {
	at := time.Date(2023, 1, 1, 0, 0, 0, 5000, time.UTC)
	for _, c := range []struct {
		value, want any
	}{
		{python.Tuple{int64(1)}, []any{int64(1)}},
		{python.Set{int64(1)}, []any{int64(1)}},
		{python.FrozenSet{}, []any{}},
		{python.Markup("<b>"), "<b>"},
		{python.Decimal("1.50"), "1.50"},
		{python.UUID{15: 5}, "00000000-0000-0000-0000-000000000005"},
		{python.Naive{Time: at}, "2023-01-01T00:00:00.000005"},
		{python.Naive{Time: at.Truncate(time.Second)}, "2023-01-01T00:00:00"},
		{python.Date{Year: 23, Month: 1, Day: 2}, "0023-01-02"},
		{time.Duration(0), "P0D"},
		{400 * 24 * time.Hour, "P400D"},
		{24*time.Hour + 1500*time.Millisecond, "P1DT1.5S"},
		{-24*time.Hour + 3*time.Second + 5*time.Microsecond, "-PT86396.999995S"},
		{big.NewInt(5), int64(5)},
		{time.Date(2023, 11, 15, 0, 13, 20, 0, time.FixedZone("", 7200)), unix(1700000000, 0)},
	} {
		b, err := Append(nil, c.value)
		if err != nil {
			t.Errorf("%#v: %v", c.value, err)
		}
		if got, err := Read(b, Limits{}); err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%#v becomes %#v, %v, want %#v", c.value, got, err, c.want)
		}
	}
}

// Longer forms than needed, which other writers use, are read.
func TestLongForms(t *testing.T) {
	for message, want := range map[string]any{
		"\xcd\x00\x01": int64(1), "\xd3\xff\xff\xff\xff\xff\xff\xff\xff": int64(-1), "\xd9\x01a": "a",
		"\xdd\x00\x00\x00\x00": []any{}, "\xca\x3f\x80\x00\x00": 1.0, "\xc7\x04\xff\x00\x00\x00\x00": unix(0, 0),
	} {
		if got, err := Read([]byte(message), Limits{}); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %#v, %v, want %#v", message, got, err, want)
		}
	}
}

// wrong are messages that are none, or none of ours.
var wrong = map[string]string{
	"nothing": "", "never used": "\xc1", "trailing": "\x80\x00", "a pickle": "\x80\x04N.",
	"another extension": "\xd4\x05a", "long extension": "\xc9\xff\xff\xff\xff\xff", "timestamp of 2 bytes": "\xd5\xff\x00\x00",
	"too many nanoseconds": "\xd7\xff\xff\xff\xff\xfc\x00\x00\x00\x00", "year 10000": "\xc7\x0c\xff\x00\x00\x00\x00\x00\x00\x00\x3a\xff\xf4\x41\x80",
	"year 0": "\xc7\x0c\xff\x00\x00\x00\x00\xff\xff\xff\xf1\x88\x6e\x08\xff", "not UTF-8": "\xa1\xff",
	"list as key": "\x81\x90\x01", "bytes as key": "\x81\xc4\x01a\x01", "time as key": "\x81\xd6\xff\x00\x00\x00\x00\x01",
	"huge array": "\xdd\xff\xff\xff\xff\x01", "huge map": "\xdf\xff\xff\xff\xff\x01\x01", "huge text": "\xdb\xff\xff\xff\xffa",
	"huge bytes": "\xc6\xff\xff\xff\xffa", "deep arrays": strings.Repeat("\x91", 201) + "\xc0",
	"deep maps": strings.Repeat("\x81\x01", 201) + "\xc0", "many values": "\xdd\x00\x03\x0d\x40" + strings.Repeat("\xc0", 200_000),
}

func TestWrong(t *testing.T) {
	for name, message := range wrong {
		if v, err := Read([]byte(message), Limits{}); err == nil {
			t.Errorf("%s: %#v", name, v)
		}
	}
}

func TestTruncated(t *testing.T) {
	for _, v := range vectors[:3] {
		for n := range len(v.message) {
			if got, err := Read([]byte(v.message[:n]), Limits{}); err == nil {
				t.Errorf("%q is %#v", v.message[:n], got)
			}
		}
	}
}

// Limits are kept to the number.
func TestLimits(t *testing.T) {
	data := []byte("\x92\x91\x01\x02")
	for _, c := range []struct {
		limits Limits
		ok     bool
	}{{Limits{Depth: 2}, true}, {Limits{Depth: 1}, false}, {Limits{Values: 4}, true}, {Limits{Values: 3}, false}} {
		if _, err := Read(data, c.limits); (err == nil) != c.ok {
			t.Errorf("%+v: %v", c.limits, err)
		}
	}
}

func TestAppendRefuses(t *testing.T) {
	deep := any(nil)
	for range 201 {
		deep = []any{deep}
	}
	for _, v := range []any{1, struct{}{}, "\xff", python.Markup("\xff"), []any{"\xff"}, deep, new(big.Int).Lsh(big63, 1), new(big.Int).Sub(new(big.Int).Neg(big63), big.NewInt(1))} {
		if b, err := Append(nil, v); err == nil {
			t.Errorf("%T: %q", v, b)
		}
	}
}
