package storetest

import (
	"context"
	"errors"

	"github.com/coatcheck-go/session"
)

// An ability is what a store may have besides the four verbs.
type ability struct {
	name  string
	probe func(context.Context, session.Store) error
}

// A store that wraps another may have the method and not the ability, so each is
// tried once, on a record that isn't there.
var (
	toucher      = ability{"Toucher", trial(touchNothing)}
	sweeper      = ability{"Sweeper", trial(sweepNothing)}
	subjectStore = ability{"SubjectStore", trial(findNobody)}
	lister       = ability{"Lister", trial(listOne)}
	replacer     = ability{"Replacer", trial(replaceNothing)}
)

func (a ability) String() string { return a.name }

func (a ability) has(s session.Store) bool {
	return !errors.Is(a.probe(context.Background(), s), errors.ErrUnsupported)
}

func trial[A session.Store](try func(context.Context, A) error) func(context.Context, session.Store) error {
	return func(ctx context.Context, s session.Store) error {
		if able, ok := s.(A); ok {
			return try(ctx, able)
		}
		return errors.ErrUnsupported
	}
}

const nowhere = session.Key("a key under which nothing is kept")

func touchNothing(ctx context.Context, s session.Toucher) error {
	return s.Touch(ctx, nowhere, session.Record{}, past())
}

func sweepNothing(ctx context.Context, s session.Sweeper) error {
	_, err := s.Sweep(ctx, 0)
	return err
}

func findNobody(ctx context.Context, s session.SubjectStore) error {
	_, err := s.BySubject(ctx, "nobody")
	return err
}

func listOne(ctx context.Context, s session.Lister) error {
	_, _, err := s.List(ctx, "", 1)
	return err
}

func replaceNothing(ctx context.Context, s session.Replacer) error {
	_, err := s.Replace(ctx, nowhere, session.Record{}, session.Record{}, nowhere+"2", session.Record{})
	return err
}

func abilitiesOf(s session.Store) (names []string) {
	for _, a := range []ability{toucher, sweeper, subjectStore, lister, replacer} {
		if a.has(s) {
			names = append(names, a.name)
		}
	}
	return names
}
