package redis

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/redis/rueidis"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/kv"
	"github.com/coatcheck-go/session/redisstore"
)

var _ kv.Expirer = (*redisstore.KV)(nil)

// eachKV runs the test on one server and on a cluster.
func eachKV(t *testing.T, test func(t *testing.T, client rueidis.Client, s *redisstore.KV, prefix string)) {
	for name, o := range map[string]rueidis.ClientOption{"alone": aloneOption(), "cluster": clusterOption()} {
		t.Run(name, func(t *testing.T) {
			client, prefix := newClient(t, o), newPrefix()
			test(t, client, newKV(t, client, prefix), prefix)
		})
	}
}

// A value's end is told to the millisecond, but for the time that the question took.
func TestGetUntil(t *testing.T) {
	eachKV(t, func(t *testing.T, client rueidis.Client, s *redisstore.KV, prefix string) {
		must(t, s.Add(t.Context(), "key", "value", 61_234*time.Millisecond))
		asked := time.Now()
		value, until, err := s.GetUntil(t.Context(), "key")
		took := time.Since(asked)
		must(t, err)
		ms, err := do(t, client, "PEXPIRETIME", prefix+"key").AsInt64()
		must(t, err)
		end := time.UnixMilli(ms)
		if value != "value" || until.Before(end.Add(-took-time.Millisecond)) || until.After(end.Add(time.Millisecond)) {
			t.Errorf("%q until %v, want %v, asked in %v", value, until, end, took)
		}
		do(t, client, "PERSIST", prefix+"key")
		value, until, err = s.GetUntil(t.Context(), "key")
		if err != nil || value != "value" || !until.IsZero() {
			t.Errorf("kept for ever: %q, %v, %v", value, until, err)
		}
	})
}

func TestGetUntil_Fails(t *testing.T) {
	eachKV(t, func(t *testing.T, client rueidis.Client, s *redisstore.KV, prefix string) {
		if _, _, err := s.GetUntil(t.Context(), "key"); !errors.Is(err, session.ErrNotFound) {
			t.Errorf("nothing there: %v", err)
		}
		done, cancel := context.WithCancel(t.Context())
		cancel()
		if _, _, err := s.GetUntil(done, "key"); !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled: %v", err)
		}
		toList(t, client, prefix+"key")
		if _, _, err := s.GetUntil(t.Context(), "key"); err == nil || errors.Is(err, session.ErrNotFound) {
			t.Errorf("no string: %v", err)
		}
	})
}

func TestGetUntil_Trips(t *testing.T) {
	client := newClient(t, singleOption(newServer(t).Address()))
	s := newKV(t, client, newPrefix())
	must(t, s.Add(t.Context(), "key", "value", time.Minute))
	count(t, client, func() []step {
		return []step{{"GetUntil", func(ctx context.Context) error {
			_, _, err := s.GetUntil(ctx, "key")
			return err
		}, map[string]int{"get": 1, "pttl": 1}}}
	})
}

func TestKVPrefix(t *testing.T) {
	client := newClient(t, singleOption(newServer(t).Address()))
	for prefix, name := range map[string]string{"": "coatcheck:kv:key", "-": "key", "session:": "session:key"} {
		s := newKV(t, client, prefix)
		must(t, s.Add(t.Context(), "key", "value "+name, time.Minute))
		if got, err := do(t, client, "GET", name).ToString(); err != nil || got != "value "+name {
			t.Errorf("prefix %q: %q, %v", prefix, got, err)
		}
		if got, _, err := s.GetUntil(t.Context(), "key"); err != nil || got != "value "+name {
			t.Errorf("prefix %q: %q, %v", prefix, got, err)
		}
	}
}
