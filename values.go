package session

import (
	"iter"
	"slices"
)

// Values is a session's dictionary in the order of insertion: keys with their
// values as the codec wrote them. The zero Values is empty. Of two copies, only one
// may be changed.
type Values struct {
	// Until the first change the values stay as the record holds them: reading
	// one of them costs neither time nor memory for the others.
	packed string
	count  int // in packed
	list   []Value
}

// A Value is one entry of a session's dictionary.
type Value struct {
	Key string
	Raw string // as the session's Codec wrote it
}

// Len returns how many keys there are.
func (v *Values) Len() int { return v.count + len(v.list) }

// All yields the keys with their encoded values. The Values must not be changed
// meanwhile.
func (v *Values) All() iter.Seq2[string, string] {
	return func(yield func(key, raw string) bool) {
		for r := (recordReader{rest: v.packed}); r.rest != ""; {
			if !yield(r.text(), r.text()) {
				return
			}
		}
		for _, value := range v.list {
			if !yield(value.Key, value.Raw) {
				return
			}
		}
	}
}

// Get returns the encoded value of key and whether there is one.
func (v *Values) Get(key string) (raw string, ok bool) {
	for k, raw := range v.All() {
		if k == key {
			return raw, true
		}
	}
	return "", false
}

// Set stores an encoded value. A key that is there keeps its place.
func (v *Values) Set(key, raw string) {
	v.unpack(1)
	if i := v.index(key); i >= 0 {
		v.list[i].Raw = raw
		return
	}
	v.list = append(v.list, Value{key, raw})
}

// Delete removes key and reports whether it was there.
func (v *Values) Delete(key string) bool {
	v.unpack(0)
	i := v.index(key)
	if i < 0 {
		return false
	}
	v.list = slices.Delete(v.list, i, i+1)
	return true
}

// unpack makes v changeable, with room for some more keys.
func (v *Values) unpack(more int) {
	if v.list != nil {
		return
	}
	list := make([]Value, 0, max(v.count+more, 4))
	for key, raw := range v.All() {
		list = append(list, Value{key, raw})
	}
	*v = Values{list: list}
}

func (v *Values) index(key string) int {
	return slices.IndexFunc(v.list, func(value Value) bool { return value.Key == key })
}

func (v *Values) clone() Values {
	return Values{packed: v.packed, count: v.count, list: slices.Clone(v.list)}
}

// size is the room that keys and values take, in bytes.
func (v *Values) size() (n int) {
	for key, raw := range v.All() {
		n += len(key) + len(raw)
	}
	return n
}
