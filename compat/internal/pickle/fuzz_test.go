package pickle

import (
	"bytes"
	"os"
	"testing"
)

// What can be read can be written in every protocol, and is the same when it is
// read again.
func FuzzRead(f *testing.F) {
	for _, v := range vectors {
		f.Add([]byte(v.pickle))
	}
	for _, c := range older {
		f.Add([]byte(c.pickle))
	}
	for _, p := range wrong {
		f.Add([]byte(p))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := Read(data, Limits{Values: 10_000})
		if err != nil {
			return
		}
		for _, protocol := range []int{Protocol0, Protocol2, Protocol4} {
			b, err := Append(nil, v, protocol)
			if err != nil {
				t.Fatalf("%T can't be written: %v", v, err)
			}
			again, err := Read(b, Limits{})
			if err != nil || !same(again, v) {
				t.Fatalf("protocol %d: %#v, %v\nwant %#v\n%q", protocol, again, err, v, b)
			}
		}
	})
}

// same compares by what is written as text: == and reflect.DeepEqual don't think NaN
// equal to itself, and two time zones of one offset may differ in their names.
func same(a, b any) bool {
	textA, errA := Append(nil, a, Protocol0)
	textB, errB := Append(nil, b, Protocol0)
	return errA == nil && errB == nil && bytes.Equal(textA, textB)
}

func TestSeeds(t *testing.T) {
	seeds, err := os.ReadDir("testdata/fuzz/FuzzRead")
	if err != nil || len(seeds) == 0 {
		t.Errorf("%d seeds, %v", len(seeds), err)
	}
}
