package session

import "slices"

// Values is a session's dictionary in the order of insertion: keys with their
// values as the codec wrote them. Reading one value decodes no other.
type Values []Value

// A Value is one entry of a session's dictionary.
type Value struct {
	Key string
	Raw string // as the session's Codec wrote it
}

func (v Values) index(key string) int {
	for i := range v {
		if v[i].Key == key {
			return i
		}
	}
	return -1
}

// Get returns the encoded value of key and whether there is one.
func (v Values) Get(key string) (raw string, ok bool) {
	if i := v.index(key); i >= 0 {
		return v[i].Raw, true
	}
	return "", false
}

// Set stores an encoded value. A key that is there keeps its place.
func (v *Values) Set(key, raw string) {
	if i := v.index(key); i >= 0 {
		(*v)[i].Raw = raw
		return
	}
	*v = append(*v, Value{key, raw})
}

// Delete removes key and reports whether it was there.
func (v *Values) Delete(key string) bool {
	i := v.index(key)
	if i < 0 {
		return false
	}
	*v = slices.Delete(*v, i, i+1)
	return true
}

// size is the room that the values take, in bytes.
func (v Values) size() (n int) {
	for i := range v {
		n += len(v[i].Key) + len(v[i].Raw)
	}
	return n
}
