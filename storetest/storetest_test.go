package storetest

import (
	"testing"

	session "github.com/coatcheck-go/session"
)

// hiding makes a store of the given type from a full one.
var hiding = map[string]func(full) session.Store{
	"every ability":     func(s full) session.Store { return s },
	"no ability":        func(s full) session.Store { return struct{ session.Store }{s} },
	"only Toucher":      func(s full) session.Store { return struct{ session.Toucher }{s} },
	"only Sweeper":      func(s full) session.Store { return struct{ session.Sweeper }{s} },
	"only SubjectStore": func(s full) session.Store { return struct{ session.SubjectStore }{s} },
	"only Lister":       func(s full) session.Store { return struct{ session.Lister }{s} },
	"only Replacer":     func(s full) session.Store { return struct{ session.Replacer }{s} },
}

func TestRightStoresPass(t *testing.T) {
	for name, hide := range hiding {
		t.Run(name, func(t *testing.T) {
			Run(t, func(*testing.T) (a, b session.Store) {
				s := newMapStore()
				return hide(s), hide(s)
			})
		})
	}
}
