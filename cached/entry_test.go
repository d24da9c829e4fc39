package cached

import (
	"strings"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
)

// The cache may hold anything; only a whole copy of a live record is one.
func TestDecodeRefuses(t *testing.T) {
	rec := session.Record{Subject: "alice", Expires: time.Now().Add(time.Hour)}
	sound := encode(rec)
	if _, ok := decode(sound); !ok {
		t.Fatal("a sound copy is refused")
	}
	rec.Expires = time.Now()
	for _, entry := range []string{
		"",
		alone("somebody, with a nonce of many letters"),
		"\x02" + sound[1:],
		sound[:headerLen-1],
		sound[:headerLen],
		sound[:len(sound)-1],
		sound[:headerLen] + strings.Repeat("\xff", 11),
		encode(rec),
	} {
		if _, ok := decode(entry); ok {
			t.Errorf("an entry of %d bytes is taken for a copy", len(entry))
		}
	}
}

// Whoever has shared a mark is never alone in it again.
func TestMarks(t *testing.T) {
	is := enter("some copy", "a")
	if is != alone("a") {
		t.Fatalf("entry %q", is)
	}
	is = enter(enter(is, "b"), "c")
	for _, writer := range []string{"a", "c"} {
		is = leave(is, writer)
		if is == alone("b") || !strings.HasPrefix(is, busyTag) {
			t.Errorf("without %s: %q", writer, is)
		}
	}
	if is = leave(is, "b"); is != "" {
		t.Errorf("without all: %q", is)
	}
	for _, lost := range []string{"some copy", fillingTag + "x"} {
		if is := leave(lost, "a"); is != "" {
			t.Errorf("%q stays", is)
		}
	}
	if is := leave(alone("b"), "a"); is == "" || is == alone("b") {
		t.Errorf("another's mark becomes %q", is)
	}
}
