package redis

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/redisstore"
)

// acts are all that a store does with the record that is there under key.
var acts = map[string]func(ctx context.Context, s *redisstore.Store, old session.Record) error{
	"Create": func(ctx context.Context, s *redisstore.Store, _ session.Record) error {
		_, err := s.Create(ctx, "new", record("two"))
		return err
	},
	"Update": func(ctx context.Context, s *redisstore.Store, old session.Record) error {
		_, err := s.Update(ctx, key, old, record("two"))
		return err
	},
	"Touch": func(ctx context.Context, s *redisstore.Store, old session.Record) error {
		return s.Touch(ctx, key, old, time.Now().Add(2*time.Hour))
	},
	"Replace": func(ctx context.Context, s *redisstore.Store, old session.Record) error {
		_, err := s.Replace(ctx, key, old, record("two"), "new", record("two"))
		return err
	},
	"Delete": func(ctx context.Context, s *redisstore.Store, _ session.Record) error {
		return s.Delete(ctx, key)
	},
	"DeleteBySubject": func(ctx context.Context, s *redisstore.Store, _ session.Record) error {
		_, err := s.DeleteBySubject(ctx, "somebody")
		return err
	},
	"Load": func(ctx context.Context, s *redisstore.Store, _ session.Record) error {
		_, err := s.Load(ctx, key)
		return err
	},
	"BySubject": func(ctx context.Context, s *redisstore.Store, _ session.Record) error {
		_, err := s.BySubject(ctx, "somebody")
		return err
	},
	"List": func(ctx context.Context, s *redisstore.Store, _ session.Record) error {
		_, _, err := s.List(ctx, "", 10)
		return err
	},
}

// tried are those acts that change nothing, so that the client may try them again.
var tried = map[string]bool{"Load": true, "List": true}

// behind returns a store behind a proxy, with a record in it. The server knows all
// scripts, so that each is one command, and the client has one connection.
func behind(t *testing.T) (*proxy, *redisstore.Store, session.Record) {
	t.Helper()
	learnt := newStore(t, newClient(t, aloneOption()), newPrefix())
	for _, act := range acts {
		_ = act(t.Context(), learnt, session.Record{})
	}
	p := newProxy(t, alone.Address())
	o := singleOption(p.listener.Addr().String())
	o.PipelineMultiplex = -1
	s := newStore(t, newClient(t, o), newPrefix())
	rec := record("one")
	version, err := s.Create(t.Context(), key, rec)
	must(t, err)
	rec.Version = version
	return p, s, rec
}

// A write whose answer is lost may have been done, so it must not be sent again: it
// would find its own work, and say that nothing was changed.
func TestAnswerLost(t *testing.T) {
	for name, act := range acts {
		t.Run(name, func(t *testing.T) {
			p, s, old := behind(t)
			p.cutOnce()
			err := act(t.Context(), s, old)
			if tried[name] != (err == nil) || isSentinel(err) {
				t.Errorf("error %v", err)
			}
			if err := s.Check(t.Context()); err != nil {
				t.Errorf("afterwards: %v", err)
			}
		})
	}
}

func isSentinel(err error) bool {
	return errors.Is(err, session.ErrNotFound) || errors.Is(err, session.ErrConflict) || errors.Is(err, session.ErrBroken)
}

// The write above was done.
func TestAnswerLostAfterWrite(t *testing.T) {
	p, s, old := behind(t)
	p.cutOnce()
	if err := acts["Update"](t.Context(), s, old); err == nil {
		t.Error("no error")
	}
	if rec, err := s.Load(t.Context(), key); err != nil || rec.Data != "two" || rec.Version != old.Version+1 {
		t.Errorf("the record is %q (%v), want one update of it", rec.Data, err)
	}
}

// A server that doesn't answer makes a call end when its context does.
func TestHangingServer(t *testing.T) {
	for name, act := range acts {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // a client takes a second to leave such a server
			p, s, old := behind(t)
			silent := make(chan struct{}, 100)
			p.silence(func() { silent <- struct{}{} })
			ctx, cancel := context.WithCancel(t.Context())
			go func() {
				<-silent
				cancel()
			}()
			if err := act(ctx, s, old); !errors.Is(err, context.Canceled) || isSentinel(err) {
				t.Errorf("cancelled: %v", err)
			}
			ctx, cancel = context.WithTimeout(t.Context(), 50*time.Millisecond)
			defer cancel()
			if err := act(ctx, s, old); !errors.Is(err, context.DeadlineExceeded) || isSentinel(err) {
				t.Errorf("too late: %v", err)
			}
		})
	}
}

// Without a deadline of the caller's the store has one.
func TestTimeout(t *testing.T) {
	for name, act := range acts {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProxy(t, alone.Address())
			s, err := redisstore.New(newClient(t, singleOption(p.listener.Addr().String())), redisstore.Options{Timeout: 50 * time.Millisecond})
			must(t, err)
			p.silence(func() {})
			if err := act(context.Background(), s, session.Record{}); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("error %v", err)
			}
		})
	}
}

// A server that is gone is an error, and one that is back works without further ado.
func TestOutage(t *testing.T) {
	server := newServer(t)
	s, err := redisstore.New(newClient(t, singleOption(server.Address())), redisstore.Options{Timeout: time.Second})
	must(t, err)
	must(t, server.Stop())
	for name, act := range acts {
		if err := act(t.Context(), s, session.Record{}); err == nil || isSentinel(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
	must(t, server.Start())
	must(t, s.Check(t.Context()))
}
