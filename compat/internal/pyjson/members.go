package pyjson

import (
	"unicode/utf8"
)

// A Member is a key of a JSON object, with its value as it stands in the text.
type Member struct{ Key, Raw string }

// Members returns what the JSON object text holds, in its order. Of a key that comes
// twice the last value counts, in the place of the first, as in a Python dict. The
// error doesn't quote the text.
func Members(text string) ([]Member, error) {
	p := parser{text: text, ok: utf8.ValidString(text)}
	if p.peek() != '{' {
		return nil, errSyntax
	}
	p.at++
	var all []Member
	places := map[string]int{}
	p.members(func(key string, _ any, raw string) {
		if place, ok := places[key]; ok {
			all[place].Raw = raw
			return
		}
		places[key] = len(all)
		all = append(all, Member{key, raw})
	})
	if p.space(); !p.ok || p.at < len(text) {
		return nil, errSyntax
	}
	return all, nil
}
