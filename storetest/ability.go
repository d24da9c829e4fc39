package storetest

import "github.com/coatcheck-go/session"

// An ability is what a store may have besides the four verbs.
type ability struct {
	name string
	has  func(session.Store) bool
}

var (
	toucher      = ability{"Toucher", is[session.Toucher]}
	sweeper      = ability{"Sweeper", is[session.Sweeper]}
	subjectStore = ability{"SubjectStore", is[session.SubjectStore]}
	lister       = ability{"Lister", is[session.Lister]}
	replacer     = ability{"Replacer", is[session.Replacer]}
)

func (a ability) String() string { return a.name }

func is[A session.Store](s session.Store) bool {
	_, ok := s.(A)
	return ok
}

func abilitiesOf(s session.Store) (names []string) {
	for _, a := range []ability{toucher, sweeper, subjectStore, lister, replacer} {
		if a.has(s) {
			names = append(names, a.name)
		}
	}
	return names
}
