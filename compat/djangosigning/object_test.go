package djangosigning

import (
	"encoding/json"
	"testing"
)

func TestJSON(t *testing.T) {
	for name, s := range map[string]interface {
		Dumps(any) (string, error)
	}{"Signer": must[*Signer](t)(NewSigner(testKey, Options{})), "TimestampSigner": timed(t, testKey, Options{Compress: true})} {
		if _, err := s.Dumps("secret\xff"); err == nil {
			t.Errorf("%s: not UTF-8, and written", name)
		} else {
			safe(t, err, "secret")
		}
	}
	s := timed(t, testKey, Options{Compress: true})
	var loose map[string]any
	if _, err := s.Loads(must[string](t)(s.Dumps(map[string]any{"a": 1.0, "b": "zo\u00eb"})), &loose); err != nil || loose["a"] != json.Number("1.0") || loose["b"] != "zo\u00eb" {
		t.Errorf("%v, %v", loose, err)
	}
	plain := must[*Signer](t)(NewSigner(testKey, Options{Compress: true}))
	var number int
	if err := plain.Loads(must[string](t)(plain.Dumps(7)), &number); err != nil || number != 7 {
		t.Errorf("%d, %v", number, err)
	}
	if _, err := plain.Open("x:y"); err == nil {
		t.Error("a forged one was taken")
	}
}

// JSONSerializer.loads takes bytes for characters.
func TestLatin1(t *testing.T) {
	s := timed(t, testKey, Options{})
	var text string
	if _, err := s.Loads(s.Seal([]byte("\"zo\xeb\"")), &text); err != nil || text != "zo\u00eb" {
		t.Errorf("%q, %v", text, err)
	}
}
