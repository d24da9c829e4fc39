package pyjson

import (
	"fmt"
	"strings"
	"testing"
)

// Valid takes what the parser takes.
func TestValid(t *testing.T) {
	deep := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	for _, text := range []string{
		"null", "true", "[]", " [ 1 , 2 ] ", `{"a" : [{}], "b":NaN}`, `"\u00eb\\\n"`, "-0.5e+7", "0", deep(1000), "Infinity", "-Infinity",
		"", "nul", "[1,]", "[,1]", "{,}", `{"a"}`, `{"a":}`, `{a:1}`, `{"a":1,}`, "[1 2]", `"\x"`, `"\u00e"`, `"\`, `"`, "\"\x01\"", "\"\n\"", "01", "1.", ".5", "1e", "+1", "--1", "1 2", "\"\xff\"",
		deep(1001), `{"a":` + deep(1000) + "}", "[", "{", "]", "\x00",
	} {
		var v any
		want := Read([]byte(text), &v) == nil
		if got := Valid(text); got != want {
			t.Errorf("%.20q: %v", text, got)
		}
	}
}

// Valid takes what the parser takes.
func FuzzValid(f *testing.F) {
	for _, text := range []string{`{"a":[1,-0.5e+7,"\ud83d\ude00",NaN,-Infinity,null]}`, "[1,]", `"\x"`, "01", "1.", " [ ] ", `{"a" : {}}`, "-", "tru"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var v any
		err := Read([]byte(text), &v)
		valid := Valid(text)
		if valid != (err == nil) {
			t.Fatalf("%q: %v, the parser says %v", text, valid, err)
		}
		_, isDict := v.(map[string]any)
		if _, err := Members(text); (err == nil) != (valid && isDict) {
			t.Fatalf("%q: %v", text, err)
		}
	})
}

// However many there are, of a key that comes twice the last value counts.
func TestManyMembers(t *testing.T) {
	for _, n := range []int{1, manyMembers - 1, manyMembers, 3 * manyMembers} {
		var text strings.Builder
		for i := range 2 * n {
			fmt.Fprintf(&text, `,"k\u00e9%d":%d`, i%n, i)
		}
		all, err := Members("{" + text.String()[1:] + "}")
		if err != nil || len(all) != n {
			t.Fatalf("%d of %d (%v)", len(all), n, err)
		}
		for i, m := range all {
			if m.Key != fmt.Sprintf("k\u00e9%d", i) || m.Raw != fmt.Sprint(n+i) {
				t.Errorf("%d of %d: %q is %s", i, n, m.Key, m.Raw)
			}
		}
	}
}

func TestReadString(t *testing.T) {
	for text, want := range map[string]string{`""`: "", ` "a b" `: "a b", `"\u00eb\ud83d\ude00\n\ud800"`: "\u00eb\U0001f600\n\ufffd"} {
		if got, err := ReadString(text); err != nil || got != want {
			t.Errorf("%s: %q, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "null", "1", `"`, `"a" "b"`, `["a"]`, "\"\xff\"", `"\x"`, "\"\n\""} {
		if got, err := ReadString(text); err == nil {
			t.Errorf("%q: %q", text, got)
		}
	}
}
