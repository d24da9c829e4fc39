package payload

import (
	"bytes"
	"compress/flate"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"hash/adler32"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// benchmarked is 143 bytes, and pythons what Python's zlib makes of it, in codes of its
// own.
const (
	benchmarked = `{"_permanent":true,"cart":[{"id":17,"n":2},{"id":4711,"n":1}],"csrf":"9f8e7d6c5b4a39281706f5e4d3c2b1a0","lang":"en","user_id":7,"user":"alice"}`
	pythons     = ".eJwljEEOhCAQBP_SZw4Ooihf2WzMCIMxcckG9WT4-7J6q65U-sL0lfzhJOmAO_IpCp5z5deFNcCRVUhwuqhnG0t0Gyrvmu45wmGMg9jQ-2423I56INv0sRMTWq9n4gYKG6ellpIqn7vk6X9mH66et9ULyg8Iqyog"
)

// standard is what the standard library makes of a stream, or an error.
func standard(packed []byte, limit int) ([]byte, error) {
	r, err := zlib.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(r, int64(limit)+1))
}

// compareInflate checks that a stream is to us what it is to the standard library.
func compareInflate(t *testing.T, packed []byte, limit int) {
	t.Helper()
	want, wantErr := standard(packed, limit)
	got, err := Decompress(packed, limit)
	switch {
	case len(want) > limit:
		if err == nil {
			t.Fatalf("%x is %d bytes, and the limit is %d", packed, len(got), limit)
		}
	case (err == nil) != (wantErr == nil) || err == nil && !bytes.Equal(got, want):
		t.Fatalf("%x is %q (%v), not %q (%v)", packed, got, err, want, wantErr)
	}
}

// streams are of every kind of block: stored, in fixed codes, in codes of their own, and
// many of them.
func streams(tb testing.TB) (all [][]byte) {
	tb.Helper()
	long := strings.Repeat("all work and no play makes Jack a dull boy. ", 3000)
	for _, data := range [][]byte{nil, []byte("a"), []byte(benchmarked), []byte(long), random(70_000, 256), random(70_000, 40)} {
		for level := zlib.HuffmanOnly; level <= zlib.BestCompression; level++ {
			var b bytes.Buffer
			w, err := zlib.NewWriterLevel(&b, level)
			if err != nil {
				tb.Fatal(err)
			}
			for part := range slices.Chunk(data, 40_000) {
				_, _ = w.Write(part)
				_ = w.Flush()
			}
			_ = w.Close()
			all = append(all, b.Bytes())
		}
	}
	return append(all, pythonStream(tb))
}

func random(n, letters int) []byte {
	r := rand.New(rand.NewPCG(3, 4))
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(min(r.IntN(letters), r.IntN(letters)*r.IntN(letters))) // some more often than others
	}
	return b
}

func pythonStream(tb testing.TB) []byte {
	tb.Helper()
	packed, err := Base64(pythons[1:])
	if err != nil {
		tb.Fatal(err)
	}
	return packed
}

func TestInflate(t *testing.T) {
	for _, packed := range streams(t) {
		compareInflate(t, packed, DefaultLimit)
	}
	if got, err := Decode(pythons, DefaultLimit); err != nil || string(got) != benchmarked {
		t.Errorf("Python's: %s, %v", got, err)
	}
}

// Every bit changed: what is no stream any more is noticed, as the standard
// library does.
func TestInflateDamaged(t *testing.T) {
	for _, packed := range [][]byte{pythonStream(t), fixed(nil, []byte(benchmarked))} {
		for i := range packed {
			for bit := range 8 {
				damaged := bytes.Clone(packed)
				damaged[i] ^= 1 << bit
				compareInflate(t, damaged, DefaultLimit)
			}
		}
	}
}

func TestInflateTruncated(t *testing.T) {
	for _, packed := range streams(t) {
		step := 1 + len(packed)/20*min(1, len(packed)/1000) // every byte of a short one
		for n := 0; n < len(packed); n += step {
			for _, part := range [][]byte{packed[:n], packed[:len(packed)-1-n/step]} {
				if _, err := Decompress(part, DefaultLimit); !errors.Is(err, ErrZlib) {
					t.Fatalf("%d of %d bytes: %v", len(part), len(packed), err)
				}
			}
		}
		if _, err := Decompress(append(bytes.Clone(packed), "more"...), DefaultLimit); err != nil {
			t.Errorf("what follows isn't ignored: %v", err)
		}
	}
}

// At every limit, whatever block it falls into.
func TestInflateLimits(t *testing.T) {
	for _, packed := range streams(t) {
		data, err := Decompress(packed, DefaultLimit)
		if err != nil {
			t.Fatal(err)
		}
		for _, less := range []int{1, 2, 100, 258, 1000, len(data)} {
			if less > len(data) || less == 0 {
				continue
			}
			if _, err := Decompress(packed, len(data)-less); !errors.Is(err, ErrTooLarge) {
				t.Errorf("%d of %d bytes: %v", len(data)-less, len(data), err)
			}
		}
		if _, err := Decompress(packed, len(data)); err != nil {
			t.Errorf("%d bytes: %v", len(data), err)
		}
	}
}

func FuzzInflate(f *testing.F) {
	for _, packed := range streams(f) {
		if len(packed) < 2000 {
			f.Add(packed)
		}
	}
	f.Fuzz(func(t *testing.T, packed []byte) {
		compareInflate(t, packed, 1<<16)
		compareInflate(t, asZlib(packed), 1<<16)
	})
}

// asZlib adds header and checksum to what is a deflate stream, for they are seldom right
// by chance.
func asZlib(packed []byte) []byte {
	r := bytes.NewReader(packed)
	data, err := io.ReadAll(io.LimitReader(flate.NewReader(r), 1<<16))
	if err != nil {
		return packed
	}
	packed = append([]byte{0x78, 0x9c}, packed[:len(packed)-r.Len()]...)
	return binary.BigEndian.AppendUint32(packed, adler32.Checksum(data))
}

func BenchmarkDecode(b *testing.B) {
	for name, s := range map[string]string{"Go": encode([]byte(benchmarked), true), "Python": pythons, "plain": encode([]byte(benchmarked), false)} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if data, err := Decode(s, DefaultLimit); err != nil || len(data) != len(benchmarked) {
					b.Fatal(err)
				}
			}
		})
	}
}
