package pyjson

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// A Member is a key of a JSON object, with its value as it stands in the text.
type Member struct{ Key, Raw string }

// Members returns what the JSON object text holds, in its order. Of a key that comes
// twice the last value counts, in the place of the first, as in a Python dict. The
// error doesn't quote the text.
func Members(text string) ([]Member, error) {
	i := skipSpace(text, 0)
	if i == len(text) || text[i] != '{' || !utf8.ValidString(text) {
		return nil, errSyntax
	}
	m := memberList{all: make([]Member, 0, 8)}
	i = skipObject(text, i, 1, m.set)
	if i == nowhere || skipSpace(text, i) != len(text) {
		return nil, errSyntax
	}
	return m.all, nil
}

// manyMembers are more than are quickly searched one by one.
const manyMembers = 32

// A memberList is an object being read.
type memberList struct {
	all    []Member
	places map[string]int // in all, once there are many
}

// set takes the text of a key, that is, a string in JSON.
func (m *memberList) set(text, raw string) {
	key := text[1 : len(text)-1]
	if strings.IndexByte(key, '\\') >= 0 {
		p := parser{text: text, ok: true}
		key = p.str()
	}
	if i := m.place(key); i >= 0 {
		m.all[i].Raw = raw
		return
	}
	if m.places != nil {
		m.places[key] = len(m.all)
	}
	m.all = append(m.all, Member{key, raw})
}

// place returns where a key is in all, or a negative number.
func (m *memberList) place(key string) int {
	if len(m.all) < manyMembers {
		return slices.IndexFunc(m.all, func(other Member) bool { return other.Key == key })
	}
	if m.places == nil {
		m.places = make(map[string]int, 2*len(m.all))
		for i, other := range m.all {
			m.places[other.Key] = i
		}
	}
	if i, ok := m.places[key]; ok {
		return i
	}
	return nowhere
}
