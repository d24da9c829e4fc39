package pyjson

import (
	"math"
	"math/big"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/coatcheck-go/session/compat/python"
)

func TestMembers(t *testing.T) {
	got, err := Members(" {\"b\": 1.0 , \"a\":{\"x\":[1, 2]},\"b\":NaN,\"\\u00e9\" :\"\\ud800\"} ")
	want := []Member{{"b", "NaN"}, {"a", `{"x":[1, 2]}`}, {"é", `"\ud800"`}}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%q, %v", got, err)
	}
	if got, err := Members("{}"); err != nil || len(got) != 0 {
		t.Errorf("%q, %v", got, err)
	}
	for _, text := range []string{"", "[]", "1", "{", "{}x", `{"a"}`, `{"a":}`, `{"a":1,}`, `{a:1}`, `{"a":1 "b":2}`, "{\"a\":\"\xff\"}", `{"a":tru}`} {
		if got, err := Members(text); err == nil {
			t.Errorf("%q: %q", text, got)
		}
	}
}

func TestReadPython(t *testing.T) {
	text := `{"b":1,"a":[1.0,-2,1e400,NaN,-Infinity,123456789012345678901234567890,null,true,"é"],"c":{}}`
	v, err := ReadPython(text)
	if err != nil {
		t.Fatal(err)
	}
	var keys []any
	for key := range v.(*python.Dict).All() {
		keys = append(keys, key)
	}
	list, _ := v.(*python.Dict).Get("a")
	big30, _ := new(big.Int).SetString("123456789012345678901234567890", 10)
	items := list.([]any)
	if !slices.Equal(keys, []any{"b", "a", "c"}) || !math.IsNaN(items[3].(float64)) {
		t.Errorf("%v %v", keys, items)
	}
	want := []any{1.0, int64(-2), math.Inf(1), items[3], math.Inf(-1), big30, nil, true, "é"}
	if !reflect.DeepEqual(items[5], want[5]) || !reflect.DeepEqual(items[:3], want[:3]) || !reflect.DeepEqual(items[6:], want[6:]) {
		t.Errorf("%#v", items)
	}
	for _, wrong := range []string{"", "1 2", "[1", strings.Repeat("9", maxDigits+1), "\"\xff\"", strings.Repeat("[", 2000)} {
		if v, err := ReadPython(wrong); err == nil {
			t.Errorf("%.20q: %v", wrong, v)
		}
	}
}

func TestAppendDict(t *testing.T) {
	d := &python.Dict{}
	for _, key := range []any{"z", int64(3), 1.5, nil, true, big.NewInt(7)} {
		d.Set(key, python.Tuple{key})
	}
	d.Set("none", (*python.Dict)(nil))
	got, err := Style{ASCII: true}.Append(nil, d)
	if want := `{"z":["z"],"3":[3],"1.5":[1.5],"null":[null],"true":[true],"7":[7],"none":null}`; err != nil || string(got) != want {
		t.Errorf("%s, %v", got, err)
	}
	for _, key := range []any{python.Date{}, "\xff"} {
		d := &python.Dict{}
		d.Set(key, 1)
		if got, err := (Style{}).Append(nil, d); err == nil {
			t.Errorf("%s", got)
		}
	}
}
