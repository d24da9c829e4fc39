package flask

import (
	"errors"
	"strings"
	"testing"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/compat/internal/pyjson"
)

// The scanner takes what the parser takes.
func TestScanner(t *testing.T) {
	deep := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	for _, text := range []string{
		"null", "true", "[]", " [ 1 , 2 ] ", `{"a" : [{}], "b":NaN}`, `"\u00eb\\\n"`, "-0.5e+7", "0", deep(1000), "Infinity", "-Infinity",
		"", "nul", "[1,]", "[,1]", "{,}", `{"a"}`, `{"a":}`, `{a:1}`, `{"a":1,}`, "[1 2]", `"\x"`, `"\u00e"`, `"\`, `"`, "\"\x01\"", "\"\n\"", "01", "1.", ".5", "1e", "+1", "--1", "1 2",
		deep(1001), "[", "{", "]", "\x00",
	} {
		var v any
		want := pyjson.Read([]byte(text), &v) == nil
		if got := validJSON(text); got != want {
			t.Errorf("%.20q: %v", text, got)
		}
	}
}

// A raw value that isn't JSON would spoil the others.
func TestAppendDict_Refused(t *testing.T) {
	var c Codec
	for _, raw := range []string{"", "secret", "1,\"b\":2", "\"\xff\"", "1 2"} {
		text, err := c.appendDict(nil, []session.Value{{Key: "a", Raw: raw}})
		if !errors.Is(err, errRaw) {
			t.Errorf("%q: %s, %v", raw, text, err)
		}
	}
}
