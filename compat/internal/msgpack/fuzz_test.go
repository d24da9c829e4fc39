package msgpack

import (
	"bytes"
	"os"
	"testing"
)

// What can be read can be written, and is the same when it is read again.
func FuzzRead(f *testing.F) {
	for _, v := range vectors {
		f.Add([]byte(v.message))
	}
	for _, message := range wrong {
		f.Add([]byte(message))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := Read(data, Limits{})
		if err != nil {
			return
		}
		b, err := Append(nil, v)
		if err != nil {
			t.Fatalf("%#v can't be written: %v", v, err)
		}
		again, err := Read(b, Limits{})
		if err != nil {
			t.Fatalf("%q from %#v: %v", b, v, err)
		}
		if b2, err := Append(nil, again); err != nil || !bytes.Equal(b, b2) { // NaN isn't equal to itself
			t.Fatalf("%q, %v\n%q", b2, err, b)
		}
	})
}

func TestSeeds(t *testing.T) {
	seeds, err := os.ReadDir("testdata/fuzz/FuzzRead")
	if err != nil || len(seeds) == 0 {
		t.Errorf("%d seeds, %v", len(seeds), err)
	}
}
