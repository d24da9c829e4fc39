package pickle

import (
	"reflect"
	"testing"
	"time"

	"github.com/coatcheck-go/session/compat/python"
)

// older are spellings that Append doesn't write and Python, or a package that
// people have, does or did.
var older = map[string]struct {
	pickle string
	want   any
}{
	"DICT and LIST with items":      {"(Va\n(I1\nI2\nld.", dictOf("a", []any{int64(1), int64(2)})},
	"LONG without L":                {"L5\n.", int64(5)},
	"negative zero bytes LONG":      {"\x8a\x00.", int64(0)},
	"backslashes":                   {"Va\\b\\\\u0041\n.", "a\\b\\\\u0041"},
	"Django 3.2's UTC":              {"cdatetime\ndatetime\n(C\x0a\x07\xe7\x0b\x0e\x16\x0d\x14\x00\x00\x05cpytz\n_UTC\n)RtR.", time.Date(2023, 11, 14, 22, 13, 20, 5000, time.UTC)},
	"the second of two equal times": {"cdatetime\ndatetime\n(C\x0a\x07\xe7\x8b\x0e\x16\x0d\x14\x00\x00\x05tR.", python.Naive{Time: time.Date(2023, 11, 14, 22, 13, 20, 5000, time.UTC)}},
	"Django's safe text":            {"cdjango.utils.safestring\nSafeString\n(V<b>\nt\x81}b.", python.Markup("<b>")},
	"older safe text":               {"ccopy_reg\n_reconstructor\n(cdjango.utils.safestring\nSafeText\nc__builtin__\nunicode\nV<b>\ntR.", python.Markup("<b>")},
	"ordered dict of pairs":         {"ccollections\nOrderedDict\n(](Va\nI1\nlatR.", dictOf("a", int64(1))},
	"ordered dict":                  {"ccollections\nOrderedDict\n)R(Va\nI1\nVb\nI2\nu.", dictOf("a", int64(1), "b", int64(2))},
	"UUID that says it is safe":     {"cuuid\nUUID\n)\x81}(Vis_safe\ncuuid\nSafeUUID\n(I0\ntRVint\nI1\nub.", python.UUID{15: 1}},
	"a key set twice":               {"}(Va\nI1\nVa\nI2\nu.", dictOf("a", int64(2))},
}

func TestOlder(t *testing.T) {
	for name, c := range older {
		if v, err := Read([]byte(c.pickle), Limits{}); err != nil || !reflect.DeepEqual(v, c.want) {
			t.Errorf("%s: %#v, %v, want %#v", name, v, err, c.want)
		}
	}
}

func TestAppendRefuses(t *testing.T) {
	deep := any(nil)
	for range 201 {
		deep = []any{deep}
	}
	for _, v := range []any{
		int(1), struct{}{}, map[string]any{}, "\xff", []any{"\xff"}, python.Markup("\xff"), deep,
		time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), python.Naive{}.AddDate(-1, 0, 0), python.Date{}, time.Duration(1<<63 - 1),
	} {
		if b, err := Append(nil, v, Protocol4); err == nil {
			t.Errorf("%T: %q", v, b)
		}
	}
	for _, protocol := range []int{-1, 1, 3, 6} {
		if _, err := Append(nil, nil, protocol); err == nil {
			t.Errorf("protocol %d is written", protocol)
		}
	}
}
