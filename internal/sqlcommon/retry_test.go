package sqlcommon

import (
	"errors"
	"fmt"
	"testing"
)

func TestNumbered(t *testing.T) {
	if got := Numbered("a = ? AND b IN (?, ?)"); got != "a = $1 AND b IN ($2, $3)" {
		t.Error(got)
	}
	if got := Numbered("SELECT 1"); got != "SELECT 1" {
		t.Error(got)
	}
}

type stateError string

func (e stateError) Error() string    { return "failed" }
func (e stateError) SQLState() string { return string(e) }

func TestRetry(t *testing.T) {
	for _, c := range []struct {
		err  error
		runs int
	}{
		{nil, 1},
		{stateError("40001"), Tries},
		{fmt.Errorf("in a pool: %w", stateError("40P01")), Tries},
		{stateError("40003"), 1}, // nobody knows whether it was done
		{stateError("08006"), 1},
		{stateError("23505"), 1},
		{errors.New("Error 1213 (40001): Deadlock found when trying to get lock; try restarting transaction"), Tries},
		{errors.New("Error 1205 (HY000): Lock wait timeout exceeded; try restarting transaction"), 1},
		{errors.New("Error 12130 (40001)"), 1},
		{errors.New("Error 1062 (23000): there is one"), 1},
	} {
		runs := 0
		err := Retry(func() error { runs++; return c.err })
		if !errors.Is(err, c.err) || runs != c.runs {
			t.Errorf("%v: %d runs and %v, want %d", c.err, runs, err, c.runs)
		}
	}
}

func TestRetryEndsWithSuccess(t *testing.T) {
	errs := []error{stateError("40001"), nil, errors.New("too often")}
	err := Retry(func() error {
		err := errs[0]
		errs = errs[1:]
		return err
	})
	if err != nil || len(errs) != 1 {
		t.Errorf("%v, %d left", err, len(errs))
	}
}
