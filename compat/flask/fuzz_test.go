package flask

import (
	"bytes"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
)

// Whatever is signed is a session or refused, and a session that was opened is
// written and opened again to the same.
func FuzzOpen(f *testing.F) {
	for _, v := range cookieVectors(f) {
		f.Add(v.data)
	}
	f.Add(`{" di":{" t__":1}}`)
	e := newEngine(f, Options{})
	f.Fuzz(func(t *testing.T, text string) {
		var s, again session.Snapshot
		if e.Open(t.Context(), e.signer.SealAt([]byte(text), captured), &s) != nil {
			return
		}
		s.Saved = captured.Add(time.Second)
		token, err := e.Keep(t.Context(), &s, &s, 0)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if token == "" {
			return
		}
		if err := e.Open(t.Context(), token, &again); err != nil {
			t.Fatalf("%q: %q: %v", text, dictOf(t, token), err)
		}
		again.Saved = s.Saved
		if twice, err := e.Keep(t.Context(), &again, &again, 0); err != nil || twice != token {
			t.Fatalf("%q: %q, then %q, %v", text, dictOf(t, token), dictOf(t, twice), err)
		}
	})
}

// A value that was read is written so that it is read as the same.
func FuzzCodec(f *testing.F) {
	for _, v := range cookieVectors(f) {
		f.Add([]byte(v.data))
	}
	var c Codec
	f.Fuzz(func(t *testing.T, text []byte) {
		var v any
		if c.Unmarshal(text, &v) != nil {
			return
		}
		first, err := c.Marshal(v)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		var again any
		if err := c.Unmarshal(first, &again); err != nil {
			t.Fatalf("%q: %q: %v", text, first, err)
		}
		if second, err := c.Marshal(again); err != nil || !bytes.Equal(first, second) {
			t.Fatalf("%q: %q, then %q, %v", text, first, second, err)
		}
	})
}
