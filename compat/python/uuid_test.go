package python

import (
	"encoding/json"
	"testing"
)

func TestUUIDText(t *testing.T) {
	const text = `"12345678-1234-5678-90ab-cdef12345678"`
	for _, in := range []string{text, `"1234567812345678 90abcdef12345678"`, `"123456781234567890abcdef12345678"`, `"1234"`, `"zz345678123456781234567812345678"`} {
		var u UUID
		err := json.Unmarshal([]byte(in), &u)
		if valid := in == text || in == `"123456781234567890abcdef12345678"`; valid != (err == nil) {
			t.Errorf("%s: %v", in, err)
		}
		if out, errOut := json.Marshal(u); err == nil && (errOut != nil || string(out) != text) {
			t.Errorf("%s: %s, %v", in, out, errOut)
		}
	}
}
