package jwt

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"slices"
	"testing"
	"unicode/utf8"
)

// FuzzObject compares with a json.Decoder.
func FuzzObject(f *testing.F) {
	f.Fuzz(func(t *testing.T, data []byte) {
		o, err := parseObject(data)
		want, ok := decoded(data)
		if ok != (err == nil) {
			t.Fatalf("%q: error %v, a decoder: %v", data, err, ok)
		}
		if ok && !slices.EqualFunc(o.members, want, sameMember) {
			t.Fatalf("%q: %q, want %q", data, o.members, want)
		}
	})
}

func sameMember(a, b member) bool { return a.name == b.name && bytes.Equal(a.raw, b.raw) }

// decoded is parseObject in plain terms.
func decoded(data []byte) (members []member, ok bool) {
	d := json.NewDecoder(bytes.NewReader(data))
	if start, err := d.Token(); err != nil || start != json.Delim('{') || !utf8.Valid(data) {
		return nil, false
	}
	seen := map[string]bool{}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil, false
		}
		m := member{name: name.(string)}
		if d.Decode(&m.raw) != nil || seen[m.name] {
			return nil, false
		}
		seen[m.name] = true
		members = append(members, m)
	}
	if _, err := d.Token(); err != nil {
		return nil, false
	}
	_, err := d.Token()
	return members, err == io.EOF
}

func TestFuzzObjectHasSeeds(t *testing.T) {
	seeds, err := os.ReadDir("testdata/fuzz/FuzzObject")
	if err != nil || len(seeds) < 5 {
		t.Errorf("%d seeds, error %v", len(seeds), err)
	}
}

func TestObjectMembers(t *testing.T) {
	o, err := parseObject([]byte(`{"t":"a\"b","n":12,"b":true,"o":{"x":1},"f":1.0,"neg":-1,"big":9007199254740992,"nul":null}`))
	if err != nil {
		t.Fatal(err)
	}
	if o.text("t") != `a"b` || o.integer("n") != 12 || !o.flag("b") || o.object("o").integer("x") != 1 || o.text("none") != "" || o.integer("none") != 0 || o.flag("none") || o.bad {
		t.Error("members are not read as they are")
	}
	for name, read := range map[string]func(*object){
		"number as text":   func(o *object) { o.text("n") },
		"text as number":   func(o *object) { o.integer("t") },
		"fraction":         func(o *object) { o.integer("f") },
		"negative":         func(o *object) { o.integer("neg") },
		"beyond 2^53":      func(o *object) { o.integer("big") },
		"null as number":   func(o *object) { o.integer("nul") },
		"number as flag":   func(o *object) { o.flag("n") },
		"number as object": func(o *object) { o.object("n") },
	} {
		one := &object{members: o.members}
		if read(one); !one.bad {
			t.Errorf("%s: is taken", name)
		}
	}
}
