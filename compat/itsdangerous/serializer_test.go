package itsdangerous

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

func TestURLSafeSerializer(t *testing.T) {
	u := must[*URLSafeSerializer](t)(NewURLSafeSerializer([]string{testKey}, Options{}))
	for _, data := range []string{"", "x", `{"a":1}`, strings.Repeat("abc", 1000), "\x00\xff"} {
		if got, err := u.Open(u.Seal([]byte(data))); err != nil || string(got) != data {
			t.Errorf("%q: %q, %v", data, got, err)
		}
	}
	token := must[string](t)(u.Dumps(map[string]any{"b": 1.0, "a": "zo\u00eb"}))
	if data, err := u.Open(token); err != nil || string(data) != "{\"a\":\"zo\u00eb\",\"b\":1.0}" {
		t.Errorf("%s, %v", data, err)
	}
	var v struct{ A string }
	if err := u.Loads(token, &v); err != nil || v.A != "zo\u00eb" {
		t.Errorf("%+v, %v", v, err)
	}
	var loose map[string]any
	if err := u.Loads(token, &loose); err != nil || loose["b"] != json.Number("1.0") {
		t.Errorf("%v, %v", loose, err)
	}
	if err := u.Loads(token+"x", &v); !errors.Is(err, ErrBadSignature) {
		t.Error(err)
	}
}

func TestDumpsRefuses(t *testing.T) {
	u := timed(t, Options{})
	plain := must[*URLSafeSerializer](t)(NewURLSafeSerializer([]string{testKey}, Options{}))
	for _, v := range []any{make(chan int), "secret\xff", map[string]any{"a": func() {}}} {
		_, err1 := u.Dumps(v)
		_, err2 := plain.Dumps(v)
		if err1 == nil || err2 == nil {
			t.Fatalf("%T was written", v)
		}
		safe(t, err1, "secret")
	}
}

func TestLoadsWithin(t *testing.T) {
	u := timed(t, Options{})
	var v any
	token := must[string](t)(u.Dumps([]int{1}))
	if got, err := u.LoadsWithin(token, 0, &v); err != nil || !got.Equal(at) {
		t.Errorf("%v, %v", got, err)
	}
	if _, err := u.LoadsWithin(token, -1, &v); !errors.Is(err, ErrBadTime) {
		t.Error(err)
	}
	if _, err := u.Loads("x", &v); !errors.Is(err, ErrBadSignature) {
		t.Error(err)
	}
}

// What a stranger signed is shown, and said to be a stranger's.
func TestOpenUnsafe(t *testing.T) {
	data, signedAt, err := timed(t, Options{}).OpenUnsafe(timed(t, Options{}, "another").Seal([]byte("x")))
	if string(data) != "x" || !signedAt.Equal(at) || !errors.Is(err, ErrBadSignature) {
		t.Errorf("%s at %v, %v", data, signedAt, err)
	}
	u := must[*URLSafeSerializer](t)(NewURLSafeSerializer([]string{testKey}, Options{}))
	if data, err := u.OpenUnsafe("eA.forged"); string(data) != "x" || !errors.Is(err, ErrBadSignature) {
		t.Errorf("%s, %v", data, err)
	}
	if data, err := u.OpenUnsafe(u.Seal([]byte("y"))); string(data) != "y" || err != nil {
		t.Errorf("%s, %v", data, err)
	}
	for _, junk := range []string{"", ".", "..", "...", "\xff"} {
		if _, _, err := timed(t, Options{}).OpenUnsafe(junk); !errors.Is(err, ErrBadSignature) {
			t.Errorf("%q: %v", junk, err)
		}
	}
}
