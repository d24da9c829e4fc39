package nearcache

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/nearcache"
	"github.com/coatcheck-go/session/pgbus"
)

// An ear passes on what a bus tells it.
type ear chan string

func (e ear) Listening()              { e <- "listening" }
func (e ear) Receive(message string)  { e <- message }
func (e ear) Changed(key session.Key) { e <- "changed " + string(key) }
func (e ear) ChangedAll()             { e <- "changed all" }

// listen returns an ear that is listening, until the test ends.
func listen(t *testing.T, bus nearcache.Bus) ear {
	t.Helper()
	e := make(ear, 10_000)
	ctx, cancel := context.WithCancel(context.Background())
	var listening sync.WaitGroup
	listening.Go(func() {
		if err := bus.Listen(ctx, e); !errors.Is(err, context.Canceled) {
			t.Errorf("Listen: %v", err)
		}
	})
	t.Cleanup(func() {
		cancel()
		listening.Wait()
	})
	e.expect(t, "listening")
	return e
}

// expect waits for what comes next.
func (e ear) expect(t *testing.T, want string) {
	t.Helper()
	select {
	case got := <-e:
		if got != want {
			t.Fatalf("%q, want %q", got, want)
		}
	case <-time.After(30 * time.Second):
		t.Fatalf("nothing came, want %q", want)
	}
}

// TestOrder: all listeners get all messages in one order, in which a message stands
// before those that are posted after its Post has returned.
func TestOrder(t *testing.T) {
	const posters, each = 4, 250
	for name, b := range backends {
		t.Run(name, func(t *testing.T) {
			_, one, err := b.open(t.Context(), b.address(b.server))
			must(t, err)
			_, two, err := b.open(t.Context(), b.address(b.server))
			must(t, err)
			ears := []ear{listen(t, one), listen(t, two)}
			buses := []nearcache.Bus{one, two}
			var all sync.WaitGroup
			for p := range posters {
				all.Go(func() {
					for i := range each {
						// One after the other, now by this process and now by that.
						if err := buses[(p+i)%2].Post(t.Context(), fmt.Sprintf("poster%d %03d", p, i)); err != nil {
							t.Error(err)
						}
					}
				})
			}
			all.Wait()
			first, second := ears[0].take(posters*each), ears[1].take(posters*each)
			if !slices.Equal(first, second) {
				t.Error("two listeners got messages in different orders")
			}
			slices.SortStableFunc(first, func(a, b string) int { return strings.Compare(a[:7], b[:7]) })
			if !slices.IsSorted(first) {
				t.Error("messages of one poster came out of order")
			}
		})
	}
}

func (e ear) take(n int) (messages []string) {
	for range n {
		messages = append(messages, <-e)
	}
	return messages
}

func newPGBus(t *testing.T, o pgbus.Options) *pgbus.Bus {
	t.Helper()
	b := backends["postgres"]
	pool, err := pgxpool.New(t.Context(), b.address(b.server))
	must(t, err)
	t.Cleanup(pool.Close)
	bus, err := pgbus.New(pool, o)
	must(t, err)
	return bus
}

// TestTrigger: with it the database tells of changes by those who know nothing of the
// bus, but not of rows that were dead already.
func TestTrigger(t *testing.T) {
	b := backends["postgres"]
	address := b.address(b.server)
	_, _, err := b.open(t.Context(), address) // makes the table
	must(t, err)
	b.empty(t, address)
	bus := newPGBus(t, pgbus.Options{Channel: "Trigger_test"})
	for range 2 { // it may be there already
		execute(t, address, bus.Trigger("public.coatcheck_sessions"))
	}
	defer execute(t, address, `DROP FUNCTION public."Trigger_test_rows" CASCADE`)
	e := listen(t, bus)
	execute(t, address, `INSERT INTO coatcheck_sessions VALUES ('live', 1, 9999999999999, 'ann', ''), ('dead', 1, 1, 'ann', '')`)
	execute(t, address, `UPDATE coatcheck_sessions SET version = 2`)
	e.expect(t, "changed live")
	execute(t, address, `DELETE FROM coatcheck_sessions`)
	e.expect(t, "changed live")
	b.empty(t, address)
	e.expect(t, "changed all")
}

// TestQuietServer: a listener that hears nothing for long asks the server, and hears
// what comes after.
func TestQuietServer(t *testing.T) {
	bus := newPGBus(t, pgbus.Options{Channel: "quiet", Timeout: 300 * time.Millisecond})
	e := listen(t, bus)
	select {
	case got := <-e:
		t.Fatalf("%q came from nobody", got)
	case <-time.After(time.Second): // it asks three times
	}
	must(t, bus.Post(t.Context(), "hello"))
	e.expect(t, "hello")
}

// TestChannelsAreApart: sites that share a database don't hear each other.
func TestChannelsAreApart(t *testing.T) {
	one, two := newPGBus(t, pgbus.Options{Channel: "one"}), newPGBus(t, pgbus.Options{Channel: "two"})
	e := listen(t, one)
	must(t, two.Post(t.Context(), "not for one"))
	must(t, one.Post(t.Context(), "for one"))
	e.expect(t, "for one")
}
