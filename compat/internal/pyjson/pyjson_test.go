package pyjson

import (
	"bytes"
	"encoding/json"
	"math"
	"math/big"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

type named struct {
	B string `json:"b"`
	A any    `json:"a,omitempty"`
}

// What CPython 3.11 gives: json.dumps(v, separators=(",", ":")), for maps with
// sort_keys=True.
func TestASCII(t *testing.T) {
	for _, c := range []struct {
		v    any
		want string
	}{
		{nil, "null"}, {true, "true"}, {false, "false"},
		{0, "0"}, {int64(math.MinInt64), "-9223372036854775808"}, {uint64(math.MaxUint64), "18446744073709551615"}, {uint8(7), "7"},
		{new(big.Int).Lsh(big.NewInt(1), 70), "1180591620717411303424"}, {(*big.Int)(nil), "null"},
		{1.0, "1.0"}, {0.0, "0.0"}, {math.Copysign(0, -1), "-0.0"}, {0.1, "0.1"}, {1.5e300, "1.5e+300"},
		{1e100, "1e+100"}, {1e-7, "1e-07"}, {1e16, "1e+16"}, {9999999999999998.0, "9999999999999998.0"}, {1e15, "1000000000000000.0"},
		{0.0001, "0.0001"}, {0.00001, "1e-05"}, {5e-324, "5e-324"}, {math.MaxFloat64, "1.7976931348623157e+308"},
		{123456789012345680.0, "1.2345678901234568e+17"}, {float32(0.1), "0.1"},
		{math.NaN(), "NaN"}, {math.Inf(1), "Infinity"}, {math.Inf(-1), "-Infinity"},
		{json.Number("1.50"), "1.50"}, {json.Number("123456789012345678901234567890"), "123456789012345678901234567890"}, {json.Number("NaN"), "NaN"},
		{"", `""`}, {"zo\u00eb", `"zo\u00eb"`}, {"\U0001f600", `"\ud83d\ude00"`}, {"<a&b>'/", `"<a&b>'/"`},
		{"\"\\\b\f\n\r\t\x00\x1f\x7f", `"\"\\\b\f\n\r\t\u0000\u001f\u007f"`}, {"\u2028\ufeff\uffff\ufffd", `"\u2028\ufeff\uffff\ufffd"`},
		{[]any{}, "[]"}, {[]any(nil), "null"}, {[]int{1, 2}, "[1,2]"}, {[]string(nil), "null"}, {[2]bool{true}, "[true,false]"},
		{map[string]any{}, "{}"}, {map[string]int{"b": 1, "a": 2, "\u00e9": 3}, `{"a":2,"b":1,"\u00e9":3}`}, {map[string]any(nil), "null"},
		{map[int]string{10: "x", 9: "y"}, `{"10":"x","9":"y"}`},
		{map[uint]bool{1: true}, `{"1":true}`},
		{[]any{map[string]any{"a": []any{nil, "x", 1.0}}}, `[{"a":[null,"x",1.0]}]`},
		{json.RawMessage(` { "b" : 1.50 , "a" : "\u003c\u00EB\/\ud83D\uDE00\ud800x é" } `), `{"b":1.50,"a":"<\u00eb/\ud83d\ude00\ud800x \u00e9"}`},
		{json.RawMessage(`"\ud800\u0041\udc00\\u"`), `"\ud800A\udc00\\u"`},
		{named{B: "<\u00eb>"}, `{"b":"<\u00eb>"}`}, {&named{B: "x", A: 1}, `{"b":"x","a":1}`}, {(*named)(nil), "null"},
		{[]byte("\x00\xff"), `"AP8="`},
		{time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC), `"2030-01-02T03:04:05Z"`},
	} {
		got, err := Style{ASCII: true}.Append(nil, c.v)
		if err != nil || string(got) != c.want {
			t.Errorf("%T: %s, %v; want %s", c.v, got, err, c.want)
		}
	}
}

// The same with ensure_ascii=False.
func TestUnicode(t *testing.T) {
	for s, want := range map[string]string{
		"zo\u00eb \U0001f600\x7f\u2028": "\"zo\u00eb \U0001f600\x7f\u2028\"",
		"\"\\\n\x01":                    `"\"\\\n\u0001"`,
	} {
		if got, err := (Style{}).Append(nil, s); err != nil || string(got) != want {
			t.Errorf("%s, %v; want %s", got, err, want)
		}
	}
	if got, err := (Style{}).Respell(nil, []byte(`"\ud800\u00eb"`)); err != nil || string(got) != "\"\\ud800\u00eb\"" {
		t.Errorf("a lone surrogate: %s, %v", got, err)
	}
}

func TestRefused(t *testing.T) {
	loop := []any{nil}
	loop[0] = loop
	for name, v := range map[string]any{
		"not UTF-8": "secret\xff", "not UTF-8 key": map[string]int{"secret\xff": 1}, "raw not UTF-8": json.RawMessage("\"secret\xff\""),
		"raw not JSON": json.RawMessage("{secret"), "no number": json.Number("secret"), "empty number": json.Number(""),
		"number with space": json.Number(" 1"), "true as number": json.Number("true"), "channel": make(chan int),
		"function": []any{func() {}}, "complex": 1i, "float keys": map[float64]int{1: 1}, "a loop": loop,
		"struct": struct{ C chan int }{},
	} {
		got, err := Style{ASCII: true}.Append(nil, v)
		if err == nil || got != nil {
			t.Errorf("%s: %s, %v", name, got, err)
		} else if strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: the error tells the value: %v", name, err)
		}
	}
}

func TestRead(t *testing.T) {
	var v any
	if err := Read([]byte(`{"a":1.0,"b":123456789012345678901234567890}`), &v); err != nil {
		t.Fatal(err)
	}
	if got, err := (Style{}).Append(nil, v); err != nil || string(got) != `{"a":1.0,"b":123456789012345678901234567890}` {
		t.Errorf("%s, %v", got, err)
	}
	for _, text := range []string{"", "{", "1 2", "1]", "secret", `"\x"`} {
		if err := Read([]byte(text), &v); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", text, err)
		}
	}
	var n int
	if err := Read([]byte(`"secret"`), &n); err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("into another type: %v", err)
	}
}

func TestReadNoNumbers(t *testing.T) {
	var v any
	const text = `{"a":NaN,"b":[Infinity,-Infinity]}`
	if err := Read([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	if got, err := (Style{}).Append(nil, v); err != nil || string(got) != text {
		t.Errorf("%s, %v", got, err)
	}
	if f, err := v.(map[string]any)["a"].(json.Number).Float64(); err != nil || !math.IsNaN(f) {
		t.Errorf("%v, %v", f, err)
	}
}

func TestReadIsBounded(t *testing.T) {
	var v any
	if err := Read([]byte(strings.Repeat("[", maxDepth)+strings.Repeat("]", maxDepth)), &v); err != nil {
		t.Error(err)
	}
	for _, deep := range []string{strings.Repeat("[", 1<<20), strings.Repeat(`{"a":`, 1<<20)} {
		if err := Read([]byte(deep), &v); err == nil {
			t.Errorf("%d levels were read", 1<<20)
		}
	}
}

// The parser and encoding/json take the same texts for the same values.
func FuzzRead(f *testing.F) {
	for _, s := range []string{
		`{"a":[1.0,"\ud83d\ude00"],"b":null,"a":true}`, `"\ud800\u0041\udc00\\u"`, `"\ud83d\u12"`, `"\ud83d\`, ` [ 1 , -0.5e+10, false ] `,
		`[]`, `{}`, `[1,]`, `{"a"}`, `{"a":1,}`, `{1:2}`, `01`, `-`, `1.`, `1e`, `.5`, `+1`, `"\/\b\f\n\r\t"`, `"\x"`, "\"\x01\"", "\"\u00eb\xff\"", `nul`, `truefalse`, `1 2`, ``,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if strings.Contains(string(text), "NaN") || strings.Contains(string(text), "Infinity") || strings.Count(string(text), "[")+strings.Count(string(text), "{") > maxDepth {
			return
		}
		var ours, theirs any
		err := Read(text, &ours)
		d := json.NewDecoder(bytes.NewReader(text))
		d.UseNumber()
		if valid := json.Valid(text) && utf8.Valid(text); (err == nil) != valid {
			t.Fatalf("%q: %v, valid %v", text, err, valid)
		}
		if err == nil && (d.Decode(&theirs) != nil || !reflect.DeepEqual(ours, theirs)) {
			t.Fatalf("%q: %#v, not %#v", text, ours, theirs)
		}
	})
}

func BenchmarkRead(b *testing.B) {
	text := []byte(`{"_permanent":true,"cart":[{"id":17,"n":2},{"id":4711,"n":1}],"csrf":"9f8e7d6c5b4a39281706f5e4d3c2b1a0","lang":"en","user_id":7,"user":"alice"}`)
	b.ReportAllocs()
	for b.Loop() {
		var v any
		if err := Read(text, &v); err != nil {
			b.Fatal(err)
		}
	}
}

// Whatever JSON is respelled means the same, in ASCII, and stays as it is when
// respelled again.
func FuzzRespell(f *testing.F) {
	for _, s := range []string{`{"a":[1.0,"\ud83d\ude00"],"b":null}`, "\"\u00eb\\ud800\"", ` [ 1 , 2 ] `, `"\\\"\/"`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		once, err := Style{ASCII: true}.Respell(nil, text)
		if err != nil {
			return
		}
		for _, c := range once {
			if c < ' ' || c > '~' {
				t.Fatalf("%q is not ASCII", once)
			}
		}
		var a, b any
		if Read(text, &a) != nil || Read(once, &b) != nil {
			t.Fatalf("%q became %q", text, once)
		}
		x, errX := json.Marshal(a)
		y, errY := json.Marshal(b)
		if errX != nil || errY != nil || string(x) != string(y) {
			t.Fatalf("%q became %q", text, once)
		}
		if again, err := (Style{ASCII: true}).Respell(nil, once); err != nil || string(again) != string(once) {
			t.Fatalf("%q became %q", once, again)
		}
	})
}
