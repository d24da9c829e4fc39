package itsdangerous

import (
	"strings"
	"testing"
)

// Tokens of the real packages are read, and signed again to the same bytes. What
// they compressed comes out in other bytes here, so there the compressed text is
// signed.
func TestVectors(t *testing.T) {
	for _, v := range vectors(t) {
		if v.timed {
			checkTimed(t, v)
		} else {
			checkSigner(t, v)
		}
	}
}

func checkTimed(t *testing.T, v vector) {
	t.Helper()
	u := timed(t, v.o)
	data, signedAt, err := u.OpenWithin(v.token, 0)
	if err != nil || string(data) != v.data || !signedAt.Equal(v.at) {
		t.Errorf("%s: %s at %v, %v", v.name, data, signedAt, err)
	}
	text, _, err := u.s.UnsignAt(v.token)
	if err != nil || u.s.SignAt(text, v.at) != v.token {
		t.Errorf("%s: signed again differs, %v", v.name, err)
	}
	if got := u.Seal(data); got != v.token && !strings.HasPrefix(v.token, ".") {
		t.Errorf("%s: sealed again is %s", v.name, got)
	} else if back, _, err := u.Open(got); err != nil || string(back) != v.data {
		t.Errorf("%s: sealed and opened is %s, %v", v.name, back, err)
	}
}

func checkSigner(t *testing.T, v vector) {
	t.Helper()
	s := must[*Signer](t)(NewSigner([]string{testKey}, v.o))
	if got, err := s.Unsign(v.token); err != nil || got != v.data {
		t.Errorf("%s: %s, %v", v.name, got, err)
	}
	if got := s.Sign(v.data); got != v.token {
		t.Errorf("%s: signed is %s", v.name, got)
	}
}

// Flask's JSON goes through Loads and Dumps without a change where no text differs
// from what the captured releases write.
func TestVectorsAsJSON(t *testing.T) {
	for _, v := range vectors(t) {
		if !v.timed {
			continue
		}
		v.o.ASCII = strings.Contains(v.data, `\u`)
		u := timed(t, v.o)
		var value any
		if _, err := u.Loads(v.token, &value); err != nil {
			t.Errorf("%s: %v", v.name, err)
			continue
		}
		token := must[string](t)(u.Dumps(value))
		if data, _, err := u.Open(token); err != nil || string(data) != v.data {
			t.Errorf("%s: %s, %v", v.name, data, err)
		}
	}
}
