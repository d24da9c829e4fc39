package redis

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/redis/rueidis"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/nearcache"
	"github.com/coatcheck-go/session/redisstore"
)

// A listener notes what it is told, in one line for each.
type listener struct {
	listening chan struct{} // closed by Listening
	told      chan string
	ended     chan error // what Listen has returned
}

func (l *listener) Listening()              { close(l.listening) }
func (l *listener) Receive(message string)  { l.told <- message }
func (l *listener) Changed(key session.Key) { l.told <- "changed " + string(key) }
func (l *listener) ChangedAll()             { l.told <- "changed all" }

// listen starts a listener, and returns when it listens.
func listen(t *testing.T, ctx context.Context, bus nearcache.Bus) *listener {
	t.Helper()
	l := &listener{make(chan struct{}), make(chan string, 10_000), make(chan error, 1)}
	ctx, cancel := context.WithCancel(ctx)
	var done sync.WaitGroup
	done.Go(func() { l.ended <- bus.Listen(ctx, l) })
	t.Cleanup(func() {
		cancel()
		done.Wait()
	})
	select {
	case <-l.listening:
	case err := <-l.ended:
		t.Fatalf("Listen: %v", err)
	}
	return l
}

func newBus(t *testing.T, o rueidis.ClientOption, prefix string) *redisstore.Bus {
	t.Helper()
	bus, err := redisstore.NewBus(newClient(t, o), redisstore.Options{Prefix: prefix, Timeout: 2 * time.Second})
	must(t, err)
	return bus
}

// kinds are the ways to reach servers.
func kinds() map[string]rueidis.ClientOption {
	return map[string]rueidis.ClientOption{"alone": aloneOption(), "sentinel": sentinelOption(), "cluster": clusterOption()}
}

// All listeners get all messages, in the same order; each sender's in its own.
func TestBusOrder(t *testing.T) {
	const senders, messages = 4, 100
	for name, o := range kinds() {
		t.Run(name, func(t *testing.T) {
			prefix := newPrefix()
			one, two := newBus(t, o, prefix), newBus(t, o, prefix)
			a, b := listen(t, t.Context(), one), listen(t, t.Context(), two)
			var posts sync.WaitGroup
			for i := range senders {
				posts.Go(func() {
					for n := range messages {
						if err := []*redisstore.Bus{one, two}[i%2].Post(t.Context(), fmt.Sprintf("%d %03d", i, n)); err != nil {
							t.Error(err)
						}
					}
				})
			}
			posts.Wait()
			all := collect(t, a, senders*messages)
			if !slices.Equal(all, collect(t, b, senders*messages)) {
				t.Error("two orders")
			}
			slices.SortStableFunc(all, func(x, y string) int { return int(x[0]) - int(y[0]) })
			for i, message := range all {
				if want := fmt.Sprintf("%d %03d", i/messages, i%messages); message != want {
					t.Fatalf("message %q, want %q", message, want)
				}
			}
		})
	}
}

// collect returns what a listener is told.
func collect(t *testing.T, l *listener, n int) (all []string) {
	t.Helper()
	for range n {
		select {
		case line := <-l.told:
			all = append(all, line)
		case err := <-l.ended:
			t.Fatalf("Listen: %v, after %d messages of %d", err, len(all), n)
		}
	}
	return all
}

// A message that was posted before is not there, one that was posted after Listening
// is. Another prefix is another bus.
func TestBusListening(t *testing.T) {
	for name, o := range kinds() {
		t.Run(name, func(t *testing.T) {
			bus, other := newBus(t, o, newPrefix()), newBus(t, o, newPrefix())
			must(t, bus.Post(t.Context(), "before"))
			l := listen(t, t.Context(), bus)
			must(t, other.Post(t.Context(), "elsewhere"))
			must(t, bus.Post(t.Context(), "after"))
			if got := collect(t, l, 1)[0]; got != "after" {
				t.Errorf("message %q", got)
			}
		})
	}
}

// Listen ends when its connection is lost, and when its context is done.
func TestBusEnds(t *testing.T) {
	for name, o := range kinds() {
		t.Run(name, func(t *testing.T) {
			bus := newBus(t, o, newPrefix())
			l := listen(t, t.Context(), bus)
			for _, node := range newClient(t, o).Nodes() {
				do(t, node, "CLIENT", "KILL", "TYPE", "pubsub")
			}
			if err := <-l.ended; err == nil || t.Context().Err() != nil {
				t.Errorf("lost: %v", err)
			}
			ctx, cancel := context.WithCancel(t.Context())
			l = listen(t, ctx, bus)
			cancel()
			if err := <-l.ended; !errors.Is(err, context.Canceled) {
				t.Errorf("cancelled: %v", err)
			}
			if len(l.told) != 0 {
				t.Errorf("told %q", <-l.told)
			}
		})
	}
}

// Listen ends when the server has become a replica: messages go to another one.
func TestBusOfReplica(t *testing.T) {
	o := singleOption(newServer(t).Address())
	l := listen(t, t.Context(), newBus(t, o, newPrefix()))
	do(t, newClient(t, o), "REPLICAOF", "127.0.0.1", "1")
	if err := <-l.ended; err == nil {
		t.Error("no error")
	}
}

// Listen ends when the server doesn't answer any more, and says so if there is none.
func TestBusOfNobody(t *testing.T) {
	p := newProxy(t, alone.Address())
	bus := newBus(t, singleOption(p.listener.Addr().String()), newPrefix())
	l := listen(t, t.Context(), bus)
	p.silence(func() {})
	if err := <-l.ended; err == nil {
		t.Error("silence: no error")
	}
	must(t, p.listener.Close())
	if err := bus.Listen(t.Context(), l); err == nil {
		t.Error("nobody: no error")
	}
}

// Changes that somebody makes without the bus are told, those of indexes and of other
// prefixes not.
func TestBusChanged(t *testing.T) {
	for _, name := range []string{"alone", "sentinel"} {
		t.Run(name, func(t *testing.T) {
			o, prefix := kinds()[name], newPrefix()
			client := newClient(t, o)
			s := newStore(t, client, prefix)
			version, err := s.Create(t.Context(), key, record("one"))
			must(t, err)
			l := listen(t, t.Context(), newBus(t, o, prefix))
			for _, change := range []func() error{
				func() error { return newStore(t, client, "other").Delete(t.Context(), key) },
				func() error { return s.Touch(t.Context(), key, old(version), time.Now().Add(time.Hour)) },
				func() error { _, err := s.Update(t.Context(), key, old(version), record("two")); return err },
				func() error {
					return client.Do(t.Context(), client.B().Del().Key(prefix+"s:"+string(key)).Build()).Error()
				},
			} {
				must(t, change())
			}
			for _, line := range collect(t, l, 3) {
				if line != "changed "+string(key) {
					t.Errorf("told %q", line)
				}
			}
			do(t, client, "FLUSHDB")
			if line := collect(t, l, 1)[0]; line != "changed all" {
				t.Errorf("told %q after FLUSHDB", line)
			}
		})
	}
}

func old(version uint64) session.Record {
	return session.Record{Version: version, Subject: "somebody"}
}
