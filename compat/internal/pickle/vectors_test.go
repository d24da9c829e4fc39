package pickle

import (
	"bytes"
	"math/big"
	"reflect"
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

var (
	small = dictOf("_permanent", true, "a", int64(1), "s", "hi")
	flash = dictOf("_permanent", true, "_flashes", []any{python.Tuple{"message", "hi"}, python.Tuple{"error", "no"}})
	rich  = dictOf(
		"_permanent", true,
		"t", python.Tuple{int64(1), int64(2)},
		"b", []byte{0, 0xff},
		"d", time.Date(2023, 11, 14, 22, 13, 20, 5000, time.UTC),
		"nd", python.Naive{Time: time.Date(2023, 11, 14, 22, 13, 20, 0, time.UTC)},
		"u", python.UUID{15: 1},
		"dec", python.Decimal("1.5"),
		"set", python.Set{int64(1)},
		"date", python.Date{Year: 2023, Month: 1, Day: 2},
		"td", 5*time.Second,
		"i", new(big.Int).Lsh(big.NewInt(1), 63),
		"f", 1.0,
		"n", nil,
	)
)

// vectors are what Flask-Session 0.3.2 stored under Python 3.11.
var vectors = []struct {
	name     string
	value    any
	protocol int
	pickle   string
}{
	{"small", small, Protocol4, "\x80\x04\x95\"\x00\x00\x00\x00\x00\x00\x00}\x94(\x8c\n_permanent\x94\x88\x8c\x01a\x94K\x01\x8c\x01s\x94\x8c\x02hi\x94u."},
	{"small in a file", small, Protocol5, "\x80\x05\x95\"\x00\x00\x00\x00\x00\x00\x00}\x94(\x8c\n_permanent\x94\x88\x8c\x01a\x94K\x01\x8c\x01s\x94\x8c\x02hi\x94u."},
	{"small in memcached", small, Protocol0, "(dp0\nV_permanent\np1\nI01\nsVa\np2\nI1\nsVs\np3\nVhi\np4\ns."},
	{"flash", flash, Protocol4, "\x80\x04\x95B\x00\x00\x00\x00\x00\x00\x00}\x94(\x8c\n_permanent\x94\x88\x8c\x08_flashes\x94]\x94(\x8c\x07message\x94\x8c\x02hi\x94\x86\x94\x8c\x05error\x94\x8c\x02no\x94\x86\x94eu."},
	{"rich", rich, Protocol4, "\x80\x04\x95<\x01\x00\x00\x00\x00\x00\x00}\x94(\x8c\n_permanent\x94\x88\x8c\x01t\x94K\x01K\x02\x86\x94\x8c\x01b\x94C\x02\x00\xff\x94\x8c\x01d\x94\x8c\x08datetime\x94\x8c\x08datetime\x94\x93\x94C\n\x07\xe7\x0b\x0e\x16\r\x14\x00\x00\x05\x94h\x07\x8c\x08timezone\x94\x93\x94h\x07\x8c\ttimedelta\x94\x93\x94K\x00K\x00K\x00\x87\x94R\x94\x85\x94R\x94\x86\x94R\x94\x8c\x02nd\x94h\tC\n\x07\xe7\x0b\x0e\x16\r\x14\x00\x00\x00\x94\x85\x94R\x94\x8c\x01u\x94\x8c\x04uuid\x94\x8c\x04UUID\x94\x93\x94)\x81\x94}\x94\x8c\x03int\x94K\x01sb\x8c\x03dec\x94\x8c\x07decimal\x94\x8c\x07Decimal\x94\x93\x94\x8c\x031.5\x94\x85\x94R\x94\x8c\x03set\x94\x8f\x94(K\x01\x90\x8c\x04date\x94h\x07\x8c\x04date\x94\x93\x94C\x04\x07\xe7\x01\x02\x94\x85\x94R\x94\x8c\x02td\x94h\x0eK\x00K\x05K\x00\x87\x94R\x94\x8c\x01i\x94\x8a\t\x00\x00\x00\x00\x00\x00\x00\x80\x00\x8c\x01f\x94G?\xf0\x00\x00\x00\x00\x00\x00\x8c\x01n\x94Nu."},
	{"the count in a file", int64(1), Protocol5, "\x80\x05K\x01."},
}

func TestVectors(t *testing.T) {
	for _, v := range vectors {
		t.Run(v.name, func(t *testing.T) {
			got, err := Read([]byte(v.pickle), Limits{})
			if err != nil || !reflect.DeepEqual(got, v.value) {
				t.Errorf("Read: %#v, %v\nwant %#v", got, err, v.value)
			}
			b, err := Append([]byte("before"), v.value, v.protocol)
			if err != nil || string(b) != "before"+v.pickle {
				t.Errorf("Append: %q, %v\nwant %q", b, err, v.pickle)
			}
		})
	}
}

// What is cut short at any byte is an error.
func TestTruncated(t *testing.T) {
	for _, v := range vectors {
		for n := range len(v.pickle) {
			if got, err := Read([]byte(v.pickle[:n]), Limits{}); err == nil {
				t.Errorf("%s: %d bytes are %#v", v.name, n, got)
			}
		}
		if _, err := Read(append([]byte(v.pickle), '.'), Limits{}); err == nil {
			t.Errorf("%s: something after the end is taken", v.name)
		}
	}
}

// Every protocol keeps every kind of value.
func TestProtocols(t *testing.T) {
	all := dictOf("rich", rich, "flash", flash, "more", []any{
		"", "a", "a", "\u0080\u0100\U0001f600\\u0041\n\r\x00\x1a", []byte{}, []byte{7}, []byte{7}, []byte("\x00\xff\n"),
		int64(-1), int64(255), int64(256), int64(65536), int64(-1 << 31), int64(1 << 31), int64(-1 << 63),
		new(big.Int).Lsh(big.NewInt(-1), 63+8), new(big.Int).Lsh(big.NewInt(1), 2100),
		0.1, 1e100, -0.5, python.Tuple{}, python.Tuple{nil}, python.Tuple{true, false, nil, "four"},
		python.Set{}, python.FrozenSet{}, python.FrozenSet{"a", int64(1)}, []any{}, &python.Dict{}, dictOf(nil, false, int64(1), 2.5),
		python.Markup("<b>"), python.UUID{1, 2, 3}, -36 * time.Hour, 1500 * time.Microsecond,
		time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC),
	})
	for _, protocol := range []int{Protocol0, Protocol2, Protocol4, Protocol5} {
		b, err := Append(nil, all, protocol)
		if err != nil {
			t.Fatal(err)
		}
		got, err := Read(b, Limits{})
		if err != nil || !reflect.DeepEqual(got, all) {
			t.Errorf("protocol %d: %v\n%#v\n%#v\n%q", protocol, err, got, all, b)
		}
	}
}

func TestOffset(t *testing.T) {
	at := time.Date(2024, 2, 29, 23, 59, 59, 999_999_000, time.FixedZone("", -5*3600-1800))
	b, err := Append(nil, []any{at, at}, Protocol4)
	if err != nil {
		t.Fatal(err)
	}
	v, err := Read(b, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	got, ok := v.([]any)[1].(time.Time)
	_, want := at.Zone()
	if _, offset := got.Zone(); !ok || !got.Equal(at) || offset != want {
		t.Errorf("%v, want %v", got, at)
	}
}

// Batches of 1,000 items, and frames of 64 KiB, keep what they hold.
func TestLarge(t *testing.T) {
	for _, n := range []int{999, 1000, 1001, 2000, 30000} {
		d, items := &python.Dict{}, make([]any, 0, n)
		for i := range n {
			d.Set(int64(i), "a text of some length")
			items = append(items, int64(i))
		}
		v := []any{d, items, python.Set(items), bytes.Repeat([]byte{1}, 100*n)}
		for _, protocol := range []int{Protocol0, Protocol2, Protocol4} {
			b, err := Append(nil, v, protocol)
			if err != nil {
				t.Fatal(err)
			}
			got, err := Read(b, Limits{Bytes: 64 << 20, Values: 1 << 20})
			if err != nil || !reflect.DeepEqual(got, any(v)) {
				t.Errorf("%d items, protocol %d: %v", n, protocol, err)
			}
		}
	}
}
