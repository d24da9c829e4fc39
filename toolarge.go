package session

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// CheckToken returns an error that is ErrTooLarge when a token of size bytes is
// longer than MaxToken. It says how large it is and which values take the most
// room, by their keys. An [Engine] whose token holds the session asks before it
// writes anything.
func (s *Snapshot) CheckToken(size int) error {
	if s.MaxToken == 0 || size <= s.MaxToken {
		return nil
	}
	return fmt.Errorf("session: the session takes %d bytes in the visitor's hands, where %d have room; "+
		"the largest values: %s; keep less in it, split the cookie (Config.Cookie.MaxParts), or keep sessions in a store: %w",
		size, s.MaxToken, s.largest(), ErrTooLarge)
}

// largest lists the three values that take the most room.
func (s *Snapshot) largest() string {
	var all []Value
	for key, raw := range s.Values.All() {
		all = append(all, Value{key, raw})
	}
	slices.SortStableFunc(all, func(a, b Value) int { return cmp.Compare(len(b.Raw), len(a.Raw)) })
	var text []string
	for _, v := range all[:min(3, len(all))] {
		text = append(text, fmt.Sprintf("%q %d bytes", v.Key, len(v.Raw)))
	}
	return cmp.Or(strings.Join(text, ", "), "none")
}
