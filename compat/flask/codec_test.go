package flask

import (
	"encoding/json"
	"fmt"
	"html/template"
	"math"
	"math/big"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/coatcheck-go/session/compat/python"
)

var (
	sampleUUID = python.UUID{0x12, 0x34, 0x56, 0x78, 0x12, 0x34, 0x56, 0x78, 0x12, 0x34, 0x56, 0x78, 0x12, 0x34, 0x56, 0x78}
	sampleTime = time.Date(2023, 11, 14, 22, 13, 20, 0, time.UTC)
)

const (
	uuidText = `{" u":"12345678123456781234567812345678"}`
	timeText = `{" d":"Tue, 14 Nov 2023 22:13:20 GMT"}`
)

type line struct {
	Name  string    `json:"name"`
	Added time.Time `json:"added"`
	Count int       `json:"count"`
}

type switched struct{ A bool }

func dict(pairs ...any) *python.Dict {
	d := &python.Dict{}
	for i := 0; i < len(pairs); i += 2 {
		d.Set(pairs[i], pairs[i+1])
	}
	return d
}

// What Flask's TaggedJSONSerializer gives for the same values.
func TestCodec_Marshal(t *testing.T) {
	var c Codec
	nilTime := (*time.Time)(nil)
	for _, v := range []struct {
		v    any
		want string
	}{
		{nil, "null"}, {true, "true"}, {7, "7"}, {1.0, "1.0"}, {math.Inf(-1), "-Infinity"}, {"zo\u00eb", `"zo\u00eb"`},
		{json.Number("1.50"), "1.50"}, {new(big.Int).Lsh(big.NewInt(1), 70), "1180591620717411303424"}, {int8(1), "1"},
		{python.Tuple{1, "x"}, `{" t":[1,"x"]}`}, {python.Tuple{}, `{" t":[]}`}, {[]any{python.Tuple{python.Tuple{}}}, `[{" t":[{" t":[]}]}]`},
		{[]byte{0, 255}, `{" b":"AP8="}`}, {[]byte{}, `{" b":""}`}, {[]byte(nil), "null"}, {json.RawMessage(`{"b": 1.50, "a": 2}`), `{"a":2,"b":1.50}`},
		{python.Markup("<b>"), `{" m":"<b>"}`}, {template.HTML("<b>"), `{" m":"<b>"}`},
		{sampleUUID, uuidText}, {&sampleUUID, uuidText},
		{sampleTime, timeText}, {sampleTime.In(time.FixedZone("", 7200)), timeText}, {&sampleTime, timeText}, {python.Naive{Time: sampleTime}, timeText}, {nilTime, "null"},
		{python.Date{Year: 2023, Month: 11, Day: 14}, `"Tue, 14 Nov 2023 00:00:00 GMT"`}, {python.Decimal("1.50"), `"1.50"`},
		{map[string]any{" t": []any{1}}, `{" di":{" t__":[1]}}`}, {map[string]any{" t": 1, "a": 2}, `{" t":1,"a":2}`},
		{map[string]any{" di": map[string]any{" di": 1}}, `{" di":{" di__":{" di":{" di__":1}}}}`}, {map[string]any{" x": 1}, `{" x":1}`},
		{map[string][]byte{"b": {0, 255}, "a": nil}, `{"a":null,"b":{" b":"AP8="}}`}, {map[int]bool{7: true}, `{"7":true}`}, {map[string]any(nil), "null"},
		{dict("b", 1, "a", python.Tuple{}), `{"a":{" t":[]},"b":1}`}, {dict(int64(7), 1), `{"7":1}`}, {(*python.Dict)(nil), "null"},
		{[2]time.Time{sampleTime, sampleTime}, "[" + timeText + "," + timeText + "]"}, {[]string{"a"}, `["a"]`},
		{line{"x", sampleTime, 2}, `{"added":"2023-11-14T22:13:20Z","count":2,"name":"x"}`}, {&switched{true}, `{"A":true}`},
		{netip.MustParseAddr("::1"), `"::1"`}, {big.NewFloat(1.5), `"1.5"`}, {uint8(3), "3"},
	} {
		got, err := c.Marshal(v.v)
		if err != nil || string(got) != v.want {
			t.Errorf("%T: %s, %v; want %s", v.v, got, err, v.want)
		}
	}
}

// Read into an any, everything has the type that writes the same text.
func TestCodec_AnyAndBack(t *testing.T) {
	var c Codec
	for _, v := range []struct {
		text string
		want any
	}{
		{"null", nil}, {"1.50", json.Number("1.50")}, {"NaN", json.Number("NaN")}, {"123456789012345678901234567890", json.Number("123456789012345678901234567890")},
		{`{" t":[1,{" t":[]}]}`, python.Tuple{json.Number("1"), python.Tuple{}}}, {`{" b":"AP8="}`, []byte{0, 255}}, {`{" m":"<b>"}`, python.Markup("<b>")},
		{uuidText, sampleUUID}, {timeText, sampleTime}, {`{" di":{" t__":[1]}}`, map[string]any{" t": []any{json.Number("1")}}},
		{`{" di":{" di__":{" t":[]}}}`, map[string]any{" di": python.Tuple{}}}, {`{" x":1}`, map[string]any{" x": json.Number("1")}},
		{`{" t":[1],"a":2}`, map[string]any{" t": []any{json.Number("1")}, "a": json.Number("2")}}, {`[{" b":""}]`, []any{[]byte{}}}, {"{}", map[string]any{}},
	} {
		var got any
		if err := c.Unmarshal([]byte(v.text), &got); err != nil || !reflect.DeepEqual(got, v.want) {
			t.Errorf("%s: %#v, %v", v.text, got, err)
		}
		if back, err := c.Marshal(got); err != nil || string(back) != v.text {
			t.Errorf("%s: %s, %v", v.text, back, err)
		}
	}
}

// into reads text as a T.
func into[T any](text string) (any, error) {
	var c Codec
	var v T
	err := c.Unmarshal([]byte(text), &v)
	return v, err
}

func TestCodec_IntoTypes(t *testing.T) {
	item := `{"name":"x","count":2,"added":` + timeText + `}`
	for i, v := range []struct {
		got  func(string) (any, error)
		text string
		want any
	}{
		{into[string], `"a"`, "a"}, {into[int], "7", 7}, {into[float64], "1.0", 1.0}, {into[float64], "-Infinity", math.Inf(-1)}, {into[bool], "true", true},
		{into[int], "null", 0}, {into[*int], "null", (*int)(nil)}, {into[[]byte], `{" b":"AP8="}`, []byte{0, 255}}, {into[time.Time], timeText, sampleTime},
		{into[python.Tuple], `{" t":[` + timeText + `]}`, python.Tuple{sampleTime}}, {into[[]any], `{" t":[` + uuidText + `]}`, []any{sampleUUID}},
		{into[[]int], `{" t":[1,2]}`, []int{1, 2}}, {into[[]time.Time], "[" + timeText + "]", []time.Time{sampleTime}}, {into[python.UUID], uuidText, sampleUUID},
		{into[[]python.UUID], "[" + uuidText + "]", []python.UUID{sampleUUID}},
		{into[python.Markup], `{" m":"<b>"}`, python.Markup("<b>")}, {into[string], `{" m":"<b>"}`, "<b>"}, {into[template.HTML], `{" m":"<b>"}`, template.HTML("<b>")},
		{into[map[string]any], `{"a":` + timeText + `}`, map[string]any{"a": sampleTime}}, {into[map[string]int], `{"a":1}`, map[string]int{"a": 1}},
		{into[line], item, line{"x", sampleTime, 2}}, {into[[]line], `{" t":[` + item + `]}`, []line{{"x", sampleTime, 2}}},
		{into[map[string]any], `{" di":{" t__":1}}`, map[string]any{" t": json.Number("1")}}, {into[json.Number], "1.50", json.Number("1.50")},
	} {
		if got, err := v.got(v.text); err != nil || !reflect.DeepEqual(got, v.want) {
			t.Errorf("%d: %s: %#v, %v; want %#v", i, v.text, got, err, v.want)
		}
	}
}

func TestCodec_Refused(t *testing.T) {
	var c Codec
	loop := []any{nil}
	loop[0] = loop
	for name, v := range map[string]any{
		"set": python.Set{1}, "frozen set": python.FrozenSet{}, "channel": make(chan int), "loop": loop, "not UTF-8": "secret\xff",
		"float key": map[float64]int{1: 1}, "float key of a dict": dict(1.5, 1), "in a tuple": python.Tuple{func() {}}, "year 10000": time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC),
		"year 0": python.Date{}, "in a map": map[string]any{"a": make(chan int)}, "in a struct": struct{ C chan int }{}, "no number": json.Number("secret"),
	} {
		if text, err := c.Marshal(v); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %s, %v", name, text, err)
		}
	}
	for _, text := range []string{
		"", "{", `"secret`, `{" t":"secret"}`, `{" t":{}}`, `{" b":1}`, `{" b":"secret"}`, `{" b":"AP8"}`, `{" m":1}`, `{" u":"secret"}`, `{" u":1}`, `{" d":"secret"}`,
		`{" di":1}`, `{" di":{"secret":1}}`, `{" di":{}}`, `{" di":{" t__":1,"x":2}}`, `[{" t":1}]`, `{"a":{" t":1}}`, strings.Repeat("[", 2000),
	} {
		if v, err := into[any](text); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v, %v", text, v, err)
		}
	}
	for text, get := range map[string]func(string) (any, error){
		`"secret"`: into[int], `{"secret":1}`: into[string], `{" b":"AP8="}`: into[bool], "1e999": into[float64], "4711.5": into[int], "1e40": into[float32],
	} {
		if v, err := get(text); err == nil || strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "4711") {
			t.Errorf("%s: %v, %v", text, v, err)
		}
	}
	for _, v := range []any{nil, 1, (*int)(nil)} {
		if err := c.Unmarshal([]byte("1"), v); err == nil {
			t.Errorf("into %T", v)
		}
	}
}

// A point is of the application's own.
type point struct{ X, Y int }

var pointTag = Tag{
	Key: " pt",
	Encode: func(v any) (any, bool) {
		p, ok := v.(point)
		return []int{p.X, p.Y}, ok
	},
	Decode: func(plain any) (any, error) {
		list, ok := plain.([]any)
		if !ok || len(list) != 2 {
			return nil, fmt.Errorf("not two numbers")
		}
		x, errX := list[0].(json.Number).Int64()
		y, errY := list[1].(json.Number).Int64()
		if errX != nil || errY != nil {
			return nil, fmt.Errorf("not two integers")
		}
		return point{int(x), int(y)}, nil
	},
}

func TestCodec_OwnTags(t *testing.T) {
	c := must[*Codec](t)(NewCodec(pointTag))
	for _, v := range []struct {
		v    any
		text string
	}{
		{point{1, -2}, `{" pt":[1,-2]}`}, {[]any{point{}}, `[{" pt":[0,0]}]`}, {map[string]any{" pt": nil}, `{" di":{" pt__":null}}`},
	} {
		text, err := c.Marshal(v.v)
		if err != nil || string(text) != v.text {
			t.Errorf("%v: %s, %v", v.v, text, err)
		}
		var back any
		if err := c.Unmarshal(text, &back); err != nil || !reflect.DeepEqual(back, v.v) {
			t.Errorf("%s: %#v, %v", text, back, err)
		}
	}
	var p point
	if err := c.Unmarshal([]byte(`{" pt":[3,4]}`), &p); err != nil || p != (point{3, 4}) {
		t.Errorf("%v, %v", p, err)
	}
	if err := c.Unmarshal([]byte(`{" pt":[]}`), &p); err == nil {
		t.Error("an own tag's error is lost")
	}
}

// A tag with a key of Flask's takes its place; a tag that stands for itself ends.
func TestCodec_TagsThatAreStrange(t *testing.T) {
	upper := Tag{
		Key:    " m",
		Encode: func(v any) (any, bool) { m, ok := v.(python.Markup); return strings.ToUpper(string(m)), ok },
		Decode: func(plain any) (any, error) { return plain, nil },
	}
	c := must[*Codec](t)(NewCodec(upper))
	text := must[[]byte](t)(c.Marshal(python.Markup("<b>")))
	var back any
	if err := c.Unmarshal(text, &back); string(text) != `{" m":"<B>"}` || back != "<B>" {
		t.Errorf("%s, %v, %v", text, back, err)
	}
	endless := Tag{Key: " e", Encode: func(v any) (any, bool) { return v, true }, Decode: upper.Decode}
	if _, err := must[*Codec](t)(NewCodec(endless)).Marshal(1); err == nil {
		t.Error("it ended without an error")
	}
	for name, tags := range map[string][]Tag{
		"no key": {{Encode: upper.Encode, Decode: upper.Decode}}, "no functions": {{Key: " x"}}, "twice": {pointTag, pointTag},
	} {
		if _, err := NewCodec(tags...); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
