package storetest

import (
	"context"

	"github.com/coatcheck-go/session"
)

// A Result is what one case of the suite came to.
type Result struct {
	Case   string
	Rule   string   // the sentence of the contract, word for word
	Absent bool     // the store lacks the ability that the case is about
	Seen   []string // what was wrong; none: the store keeps to the rule
}

// Check runs every case of the contract outside of a test, for a program that looks
// at a store, and hands each result to report. It stops at the first error of open
// or close and when ctx is done, and returns that error.
//
// open is as in [Run]; close ends both handles and removes what is left in the
// store.
func Check(ctx context.Context, open func(context.Context) (a, b session.Store, close func() error, err error), report func(Result)) error {
	for _, tc := range cases() {
		if err := ctx.Err(); err != nil {
			return err
		}
		a, b, end, err := open(ctx)
		if err != nil {
			return err
		}
		r := Result{Case: tc.name, Rule: tc.rule, Absent: !tc.fits(a)}
		if !r.Absent {
			r.Seen = tc.run(ctx, &check{a: a, b: b})
		}
		if err := end(); err != nil {
			return err
		}
		if ctx.Err() == nil {
			report(r)
		}
	}
	return ctx.Err()
}
