package flasksession

import (
	"math"
	"math/big"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/compat/python"
	"github.com/coatcheck-go/session/kv/memkv"
)

// vectors are what Flask-Session stored, by release and SESSION_TYPE.
var vectors = []struct {
	name   string
	format Format
	stored string
}{
	{"0.8 redis", Msgpack, "\x83\xaa_permanent\xc3\xa1a\x01\xa1s\xa2hi"},
	{"0.8 redis, JSON", JSON, `{"_permanent":true,"a":1,"s":"hi"}`},
	{"0.8 redis, rich", Msgpack, "\x8d\xaa_permanent\xc3\xa1t\x92\x01\x02\xa1b\xc4\x02\x00\xff\xa1d\xd7\xff\x00\x00N eS\xf1\x00\xa2nd\xb32023-11-14T22:13:20\xa1u\xd9$00000000-0000-0000-0000-000000000001\xa3dec\xa31.5\xa3set\x91\x01\xa4date\xaa2023-01-02\xa2td\xa4PT5S\xa1i\xcf\x80\x00\x00\x00\x00\x00\x00\x00\xa1f\xcb?\xf0\x00\x00\x00\x00\x00\x00\xa1n\xc0"},
	{"0.8 redis, flash", Msgpack, "\x82\xaa_permanent\xc3\xa8_flashes\x92\x92\xa7message\xa2hi\x92\xa5error\xa2no"},
	{"0.8 filesystem", Pickle5, "\x80\x05\x95\"\x00\x00\x00\x00\x00\x00\x00}\x94(\x8c\n_permanent\x94\x88\x8c\x01a\x94K\x01\x8c\x01s\x94\x8c\x02hi\x94u."},
	{"0.3.2 redis", Pickle4, "\x80\x04\x95\"\x00\x00\x00\x00\x00\x00\x00}\x94(\x8c\n_permanent\x94\x88\x8c\x01a\x94K\x01\x8c\x01s\x94\x8c\x02hi\x94u."},
	{"0.3.2 redis, rich", Pickle4, "\x80\x04\x95<\x01\x00\x00\x00\x00\x00\x00}\x94(\x8c\n_permanent\x94\x88\x8c\x01t\x94K\x01K\x02\x86\x94\x8c\x01b\x94C\x02\x00\xff\x94\x8c\x01d\x94\x8c\x08datetime\x94\x8c\x08datetime\x94\x93\x94C\n\x07\xe7\x0b\x0e\x16\r\x14\x00\x00\x05\x94h\x07\x8c\x08timezone\x94\x93\x94h\x07\x8c\ttimedelta\x94\x93\x94K\x00K\x00K\x00\x87\x94R\x94\x85\x94R\x94\x86\x94R\x94\x8c\x02nd\x94h\tC\n\x07\xe7\x0b\x0e\x16\r\x14\x00\x00\x00\x94\x85\x94R\x94\x8c\x01u\x94\x8c\x04uuid\x94\x8c\x04UUID\x94\x93\x94)\x81\x94}\x94\x8c\x03int\x94K\x01sb\x8c\x03dec\x94\x8c\x07decimal\x94\x8c\x07Decimal\x94\x93\x94\x8c\x031.5\x94\x85\x94R\x94\x8c\x03set\x94\x8f\x94(K\x01\x90\x8c\x04date\x94h\x07\x8c\x04date\x94\x93\x94C\x04\x07\xe7\x01\x02\x94\x85\x94R\x94\x8c\x02td\x94h\x0eK\x00K\x05K\x00\x87\x94R\x94\x8c\x01i\x94\x8a\t\x00\x00\x00\x00\x00\x00\x00\x80\x00\x8c\x01f\x94G?\xf0\x00\x00\x00\x00\x00\x00\x8c\x01n\x94Nu."},
	{"0.3.2 redis, flash", Pickle4, "\x80\x04\x95B\x00\x00\x00\x00\x00\x00\x00}\x94(\x8c\n_permanent\x94\x88\x8c\x08_flashes\x94]\x94(\x8c\x07message\x94\x8c\x02hi\x94\x86\x94\x8c\x05error\x94\x8c\x02no\x94\x86\x94eu."},
	{"0.3.2 memcached", Pickle0, "(dp0\nV_permanent\np1\nI01\nsVa\np2\nI1\nsVs\np3\nVhi\np4\ns."},
}

// A session that Go only marks as changed keeps its bytes, whichever release wrote it.
func TestVectorsStay(t *testing.T) {
	for _, v := range vectors {
		t.Run(v.name, func(t *testing.T) {
			kv := memkv.New()
			m := newManager(t, Options{Store: kv, Format: v.format})
			put(t, kv, key, v.stored)
			s := open(t, m, sid)
			must(t, s.MarkModified(), s.Save())
			if got := stored(t, kv, key); got != v.stored {
				t.Errorf("%q, want %q", got, v.stored)
			}
		})
	}
}

// Of a session with a value of each kind, Go sees what it should, and a change of
// one key leaves the others' meaning as it is in every format.
func TestUnchangedValues(t *testing.T) {
	rich := vectors[6].stored
	want, err := decode([]byte(rich))
	must(t, err)
	kv := memkv.New()
	m := newManager(t, Options{Store: kv, Format: Pickle0})
	put(t, kv, key, rich)
	s := open(t, m, sid)
	for name, want := range map[string]any{
		"t": python.Tuple{int64(1), int64(2)}, "b": []byte{0, 0xff}, "d": time.Date(2023, 11, 14, 22, 13, 20, 0, time.UTC),
		"u": python.UUID{15: 1}, "dec": "1.5", "date": "2023-01-02", "td": "PT5S", "n": nil,
	} {
		got, err := s.Get(name)
		if name == "t" {
			var pair []int64
			pair, err = session.Get[[]int64](s, name)
			got = python.Tuple{pair[0], pair[1]}
		}
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s is %#v, %v, want %#v", name, got, err, want)
		}
	}
	must(t, s.Set("new", 1), s.Save())
	want.Set("new", int64(1))
	if got := dict(t, kv, key); !reflect.DeepEqual(got, want) {
		t.Errorf("%#v\nwant %#v", got, want)
	}
}

// What Go sets is what Python would have set, in every format.
func TestSetValues(t *testing.T) {
	for _, f := range []Format{Msgpack, JSON, Pickle0, Pickle4, Pickle5} {
		kv := memkv.New()
		m := newManager(t, Options{Store: kv, Format: f})
		s := m.New(t.Context())
		must(t,
			s.Set("float", 1.0), s.Set("int", 1), s.Set("big", new(big.Int).Lsh(big.NewInt(1), 63)), s.Set("text", "zo\u00eb <\U0001f600>"),
			s.Set("none", nil), s.Set("list", []any{true, "a", map[string]any{"z": 1, "a": []int{}}}), s.Save())
		want := dictOf("_permanent", true, "float", 1.0, "int", int64(1), "big", new(big.Int).Lsh(big.NewInt(1), 63), "text", "zo\u00eb <\U0001f600>",
			"none", nil, "list", []any{true, "a", dictOf("a", []any{}, "z", int64(1))})
		if got := dict(t, kv, defaultPrefix+s.Token().Reveal()); !reflect.DeepEqual(got, want) {
			t.Errorf("format %d: %#v\nwant %#v", f, got, want)
		}
	}
}

func TestTaggedValues(t *testing.T) {
	at := time.Date(2023, 11, 14, 22, 13, 20, 0, time.UTC)
	for f, want := range map[Format]*python.Dict{
		Pickle4: dictOf("b", []byte{1}, "d", at, "t", python.Tuple{int64(1)}, "u", python.UUID{1}, "m", python.Markup("<b>")),
		Msgpack: dictOf("b", []byte{1}, "d", at, "t", []any{int64(1)}, "u", python.UUID{1}.String(), "m", "<b>"),
		JSON:    dictOf("b", "AQ==", "d", "2023-11-14T22:13:20Z", "t", []any{int64(1)}, "u", python.UUID{1}.String(), "m", "<b>"),
	} {
		kv := memkv.New()
		m := newManager(t, Options{Store: kv, Format: f, NotPermanent: true})
		s := m.New(t.Context())
		must(t, s.Set("b", []byte{1}), s.Set("d", at), s.Set("t", python.Tuple{1}), s.Set("u", python.UUID{1}), s.Set("m", python.Markup("<b>")), s.Save())
		if got := dict(t, kv, defaultPrefix+s.Token().Reveal()); !reflect.DeepEqual(got, want) {
			t.Errorf("format %d: %#v\nwant %#v", f, got, want)
		}
	}
}

// A session that can't be read is a new one, and its bytes stay.
func TestBroken(t *testing.T) {
	for _, broken := range []string{
		"", "x", "\x93\x01\x02\x03", "[1]", "{", `{"a":1}x`, `{"a":NaN}`, `{"a":1e999}`, `{"a":` + strings.Repeat("1", 5000) + "}", "{\"a\":\"\xff\"}",
		strings.Repeat(`{"a":`, 300) + "1" + strings.Repeat("}", 300), "\x80\x04]\x94.", "cos\nsystem\n(Vid\ntR.", vectors[5].stored[:40], "\x81\xa1a",
	} {
		kv := memkv.New()
		m := newManager(t, Options{Store: kv})
		put(t, kv, key, broken)
		if _, err := m.Open(t.Context(), sid); err == nil {
			t.Errorf("%.40q is a session", broken)
		}
		err := newEngine(t, Options{Store: kv}).Open(t.Context(), sid, &session.Snapshot{})
		if err == nil || strings.Contains(err.Error(), sid) {
			t.Errorf("%.40q: %v", broken, err)
		}
		if got := stored(t, kv, key); got != broken {
			t.Errorf("%.40q became %.40q", broken, got)
		}
	}
}

// What the chosen format has no form for is an error, and nothing is lost.
func TestCantBeWritten(t *testing.T) {
	for f, v := range map[Format]any{
		Msgpack: new(big.Int).Lsh(big.NewInt(1), 64), JSON: nested(205), Pickle0: nested(205),
	} {
		kv := memkv.New()
		m := newManager(t, Options{Store: kv, Format: f})
		put(t, kv, key, vectors[0].stored)
		s := open(t, m, sid)
		must(t, s.Set("v", v))
		if err := s.Save(); err == nil {
			t.Errorf("format %d: no error", f)
		}
		if got := stored(t, kv, key); got != vectors[0].stored {
			t.Errorf("format %d: %q", f, got)
		}
	}
}

func nested(depth int) (v any) {
	for range depth {
		v = []any{v}
	}
	return v
}

// JSON as msgspec writes it.
func TestJSON(t *testing.T) {
	d := dictOf("a", []any{1.5, math.NaN(), python.Set{int64(1)}, python.FrozenSet{}, python.Tuple{}}, int64(1), []byte{0, 0xff}, 2.5, time.Second,
		"t", time.Date(2023, 11, 14, 22, 13, 20, 5000, time.FixedZone("", 7200)), "e", &python.Dict{}, "d", python.Date{Year: 1, Month: 2, Day: 3})
	const want = `{"a":[1.5,null,[1],[],[]],"1":"AP8=","2.5":"PT1S","t":"2023-11-14T22:13:20.000005+02:00","e":{},"d":"0001-02-03"}`
	if b, err := appendJSON(nil, d); err != nil || string(b) != want {
		t.Errorf("%s, %v\nwant %s", b, err, want)
	}
	if b, err := appendJSON(nil, dictOf(nil, 1)); err == nil {
		t.Errorf("%s", b)
	}
	if b, err := appendJSON(nil, struct{}{}); err == nil {
		t.Errorf("%s", b)
	}
}
