package membus

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/coatcheck-go/session"
)

// notes keeps what a listener is told.
type notes []string

func (n *notes) Listening()            { *n = append(*n, "listening") }
func (n *notes) Receive(m string)      { *n = append(*n, m) }
func (n *notes) Changed(_ session.Key) { *n = append(*n, "changed") }
func (n *notes) ChangedAll()           { *n = append(*n, "changed all") }

// All listeners get all messages in one order, until the connection is cut.
func TestBus(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var b Bus
		var one, two notes
		var listening, posting sync.WaitGroup
		for _, n := range []*notes{&one, &two} {
			listening.Go(func() {
				if err := b.Listen(t.Context(), n); !errors.Is(err, errCut) {
					t.Errorf("Listen: %v", err)
				}
			})
		}
		synctest.Wait()
		for p := range 3 {
			posting.Go(func() {
				for i := range 50 {
					if err := b.Post(t.Context(), fmt.Sprint(p, " ", i)); err != nil {
						t.Error(err)
					}
				}
			})
		}
		posting.Wait()
		synctest.Wait()
		b.Cut()
		listening.Wait()
		if len(one) != 151 || one[0] != "listening" || !slices.Equal(one, two) {
			t.Errorf("%q\n%q", one, two)
		}
	})
}

func TestContextIsDone(t *testing.T) {
	var b Bus
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := b.Post(ctx, "hello"); !errors.Is(err, context.Canceled) {
		t.Errorf("Post: %v", err)
	}
	if err := b.Listen(ctx, &notes{}); !errors.Is(err, context.Canceled) {
		t.Errorf("Listen: %v", err)
	}
}
