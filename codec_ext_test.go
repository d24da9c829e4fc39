package session_test

import (
	"encoding/xml"
	"fmt"
	"math/cmplx"
	"testing"

	"github.com/coatcheck-go/session"
)

// Gob holds what JSON can't: here numbers with an imaginary part, and maps with keys of any
// type.
func TestCodec_Gob(t *testing.T) {
	s := newSite(t, session.Config{Codec: session.Gob})
	ss := s.m.New(t.Context())
	check(t, ss.Set("z", cmplx.Sqrt(-1)))
	check(t, ss.Set("map", map[[2]int]string{{1, 2}: "x"}))
	check(t, ss.AddFlash(session.Flash{Message: "hello"}))
	check(t, session.Update(ss, "n", func(n *int) error { *n = 5; return nil }))
	ss = saved(t, s, ss)
	equal(t, "z", value[complex128](t, ss, "z"), 1i)
	equal(t, "map", value[map[[2]int]string](t, ss, "map")[[2]int{1, 2}], "x")
	equal(t, "n", value[int](t, ss, "n"), 5)
	flashes, err := ss.Flashes()
	check(t, err)
	equal(t, "flashes", fmt.Sprint(flashes), "[{0  hello false}]")
	if _, err := ss.Get("n"); err == nil {
		t.Error("gob is read into an any")
	}
}

// xmlCodec is a codec of the application's own.
type xmlCodec struct{}

func (xmlCodec) Marshal(v any) ([]byte, error)      { return xml.Marshal(v) }
func (xmlCodec) Unmarshal(data []byte, v any) error { return xml.Unmarshal(data, v) }

func TestCodec_Custom(t *testing.T) {
	s := newSite(t, session.Config{Codec: xmlCodec{}})
	ss := s.m.New(t.Context())
	type note struct{ Text string }
	check(t, ss.Set("note", note{"<hello>"}))
	check(t, ss.Set("text", "x"))
	ss = saved(t, s, ss)
	equal(t, "note", value[note](t, ss, "note").Text, "<hello>")
	equal(t, "text", value[string](t, ss, "text"), "x")
	if err := ss.Set("map", map[string]int{}); err == nil {
		t.Error("what the codec can't encode is taken")
	}
}

// Values of another codec are an error, not something else (MB-06).
func TestMB06_ValuesOfAnotherCodec(t *testing.T) {
	store := newSpyStore()
	written := newSite(t, session.Config{Store: store, Codec: session.Gob})
	token := written.withValue("k", 7).token
	read := newSite(t, session.Config{Store: store})
	if got, err := read.open(token).Get("k"); err == nil {
		t.Errorf("read as %v", got)
	}
}
