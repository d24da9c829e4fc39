package djangostore

import (
	"strings"
	"testing"
)

func TestStamps(t *testing.T) {
	stamp := copyTag + "123 " + token + "\x00\xff"
	for _, c := range []struct {
		s       serializer
		visible []string
	}{
		{pickles, []string{smallDict, pickles.none, "(dp0\n.", "}."}},
		{texts, []string{`{"a": 1}`, texts.none, "{}"}},
	} {
		for _, visible := range c.visible {
			if got, ok := c.s.reveal(c.s.hide(stamp, visible)); got != stamp || !ok {
				t.Errorf("%q: %q, %v", visible, got, ok)
			}
			if got, ok := c.s.reveal(visible); ok {
				t.Errorf("%q has a stamp %q", visible, got)
			}
		}
	}
}

// The bytes, one by one.
func TestStampInPickle(t *testing.T) {
	if got, want := pickles.hide("x", "\x80\x05}."), "\x80\x05B\x0b\x00\x00\x00coatcheck:x0}."; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := texts.hide("", "{}"); strings.TrimRight(got, " \t\r\n") != "{}" || len(got) != 2+4*len(magic) {
		t.Errorf("%q", got)
	}
}

// What isn't whole is no stamp, and harms nobody.
func FuzzReveal(f *testing.F) {
	for _, s := range []serializer{pickles, texts} {
		entry := s.hide(copyTag+"123 "+token, s.none)
		f.Add(entry)
		f.Add(entry[:20])
		f.Add(s.none)
	}
	f.Add("\x80\x04B\xff\xff\xff\xffcoatcheck:0")
	f.Add("\x80")
	f.Add("")
	f.Fuzz(func(t *testing.T, entry string) {
		for _, s := range []serializer{pickles, texts} {
			stamp, ok := s.reveal(entry)
			if again, _ := s.reveal(s.hide(stamp, s.none)); ok && again != stamp {
				t.Errorf("%q and %q", stamp, again)
			}
		}
	})
}
