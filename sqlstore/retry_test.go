package sqlstore

import (
	"context"
	"errors"
	"testing"

	"github.com/coatcheck-go/session/internal/sqlcommon"
)

// A stateError is one of a driver for PostgreSQL.
type stateError string

func (e stateError) Error() string    { return "what a driver says" }
func (e stateError) SQLState() string { return string(e) }

// writes are all acts that write, by the call which makes the database undo them.
var writes = map[string]string{
	"create": "exec", "update": "exec", "touch": "exec", "delete": "exec", "sweep": "exec",
	"delete by subject": "exec", "replace": "commit",
}

func TestUndoneIsTriedAgain(t *testing.T) {
	for name, failing := range writes {
		for failures, want := range map[int]error{sqlcommon.Tries - 1: nil, sqlcommon.Tries: stateError("40P01")} {
			failed := 0
			s := fakeStore(t, func(call, text string) (answer, error) {
				if call == failing && failed < failures {
					failed++
					return answer{}, stateError("40P01")
				}
				return work(call, text)
			})
			if err := acts[name](t.Context(), s); !errors.Is(err, want) {
				t.Errorf("%s, undone %d times: %v, want %v", name, failures, err, want)
			}
			if failed != failures {
				t.Errorf("%s was undone %d times, want %d", name, failed, failures)
			}
		}
	}
}

// Nothing is tried again once the context is done.
func TestUndoneAndCancelled(t *testing.T) {
	for name, failing := range writes {
		ctx, cancel := context.WithCancel(t.Context())
		runs := 0
		s := fakeStore(t, func(call, text string) (answer, error) {
			if call != failing {
				return work(call, text)
			}
			runs++
			cancel()
			return answer{}, stateError("40001")
		})
		if err := acts[name](ctx, s); !errors.Is(err, context.Canceled) || runs != 1 {
			t.Errorf("%s: %v after %d runs, want %v after 1", name, err, runs, context.Canceled)
		}
	}
}
