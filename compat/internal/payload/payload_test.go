package payload

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

func encode(data []byte, compress bool) string { return string(Append(nil, data, compress)) }

// texts are data of every length around the limits, of few and of many letters.
func texts() (all [][]byte) {
	r := rand.New(rand.NewPCG(1, 2))
	for n := range small + 20 {
		for _, letters := range []int{1, 2, 4, 26, 256} {
			b := make([]byte, n)
			for i := range b {
				b[i] = byte(r.IntN(letters)) + 'a'
			}
			all = append(all, b)
		}
	}
	return all
}

// The standard library's reader, written by others, checks each stream whole.
func TestDeflateIsZlib(t *testing.T) {
	for _, data := range texts() {
		packed := deflate(data)
		r, err := zlib.NewReader(packed)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(r)
		if err != nil || !bytes.Equal(got, data) {
			t.Fatalf("%q became %q: %v", data, got, err)
		}
		if packed.Len() != 0 {
			t.Fatalf("%d bytes follow the stream of %q", packed.Len(), data)
		}
		buffers.Put(packed)
	}
}

func TestFixedFindsEveryLengthAndDistance(t *testing.T) {
	for length := minMatch; length <= maxMatch; length++ {
		for _, gap := range []int{0, 1, 2, 3, 4, 5, 7, 8, 15, 16, 31, 32, 63, 64, 100, 128, 200, 250} {
			data := distinct(length)
			data = append(append(data, bytes.Repeat([]byte{0}, gap)...), distinct(length)...)
			if len(data) > small {
				continue
			}
			got, err := Decompress(fixed(nil, data), small)
			if err != nil || !bytes.Equal(got, data) {
				t.Fatalf("length %d, gap %d: %v", length, gap, err)
			}
		}
	}
}

// distinct returns n bytes in which nothing is repeated soon.
func distinct(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(1 + (i*7+i/250)%250)
	}
	return b
}

func TestCompressesOnlyWhereItPays(t *testing.T) {
	for _, data := range texts() {
		s := encode(data, true)
		if plain := encode(data, false); strings.HasPrefix(plain, ".") || len(s) > len(plain) {
			t.Fatalf("%q became %q", data, s)
		}
		if got, err := Decode(s, len(data)); err != nil || !bytes.Equal(got, data) {
			t.Fatalf("%q came back as %q: %v", data, got, err)
		}
		if packed, ok := strings.CutPrefix(s, "."); ok && base64.RawURLEncoding.DecodedLen(len(packed)) >= len(data)-1 {
			t.Fatalf("%q was compressed for less than two bytes", data)
		}
	}
}

func TestInflateIsBounded(t *testing.T) {
	bomb := encode(make([]byte, 4<<20), true)
	if _, err := Decode(bomb, DefaultLimit); !errors.Is(err, ErrTooLarge) {
		t.Errorf("a bomb: %v", err)
	}
	exact := encode(make([]byte, 1000), true)
	if b, err := Decode(exact, 1000); err != nil || len(b) != 1000 {
		t.Errorf("at the limit: %d bytes, %v", len(b), err)
	}
	if b, err := Decode(exact, math.MaxInt); err != nil || len(b) != 1000 {
		t.Errorf("no limit to speak of: %d bytes, %v", len(b), err)
	}
	if _, err := Decode(exact, 999); !errors.Is(err, ErrTooLarge) {
		t.Errorf("one beyond the limit: %v", err)
	}
}

func TestDecodeTruncated(t *testing.T) {
	s := encode([]byte(strings.Repeat(`{"k":"v"}`, 40)), true)
	for n := 1; n < len(s); n++ {
		if _, err := Decode(s[:n], DefaultLimit); !errors.Is(err, ErrZlib) && !errors.Is(err, ErrBase64) {
			t.Fatalf("the first %d of %d characters: %v", n, len(s), err)
		}
	}
}

// A reader that failed must not spoil the next.
func TestInflateAfterDamage(t *testing.T) {
	good := encode(make([]byte, 100), true)
	for range 10 {
		if _, err := Decode(".eJyr", DefaultLimit); !errors.Is(err, ErrZlib) {
			t.Fatal(err)
		}
		if b, err := Decode(good, DefaultLimit); err != nil || len(b) != 100 {
			t.Fatal(len(b), err)
		}
	}
}

// What CPython 3.11 gives for base64.urlsafe_b64decode(s + b"=" * (-len(s) % 4)).
func TestBase64IsPythons(t *testing.T) {
	for s, want := range map[string]string{
		"":               "",
		"YQ":             "a",
		"YR":             "a", // spare bits
		"YQ==":           "a",
		"YQ=":            "a",
		"YQ==YQ==":       "a", // nothing follows the padding
		"=YQ==":          "a",
		"Y=Q==":          "a",
		"YWI":            "ab",
		"YW=I":           "?",
		"YW I":           "?",
		"Y W I":          "ab", // skipped, and counted for the padding
		"YWJj":           "abc",
		"Y-WJj":          "?",
		"Y\nWJj":         "abc",
		"YWJj\n":         "abc",
		"YQ\n":           "?",
		"YQ\n\n\n":       "a",
		"YQ\xff\xff\xff": "a",
		"-_+/":           "\xfb\xff\xbf",
		"Y":              "?",
		"====":           "",
		"!":              "",
	} {
		got, err := Base64(s)
		if want == "?" && err == nil || want != "?" && (err != nil || string(got) != want) {
			t.Errorf("%q: %q, %v; want %q", s, got, err, want)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, s := range []string{"", ".", "YQ", ".eJyrVspWslJKTEoeRUQipVoAQTt0_g", "=Y!Q==", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		b, err := Decode(s, 4096)
		if err != nil {
			return
		}
		if len(b) > max(4096, len(s)) {
			t.Fatalf("%d bytes", len(b))
		}
		if again, err := Decode(encode(b, true), max(4096, len(b))); err != nil || !bytes.Equal(again, b) {
			t.Fatalf("%q came back as %q: %v", b, again, err)
		}
	})
}

func BenchmarkAppend(b *testing.B) {
	data := []byte(`{"_permanent":true,"cart":[{"id":17,"n":2},{"id":4711,"n":1}],"csrf":"9f8e7d6c5b4a39281706f5e4d3c2b1a0","lang":"en","user_id":7,"user":"alice"}`)
	b.ReportAllocs()
	dst := make([]byte, 0, MaxLen(len(data)))
	for b.Loop() {
		Append(dst, data, true)
	}
}
