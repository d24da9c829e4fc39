package django

import (
	"errors"
	"sync"
	"testing"

	"github.com/coatcheck-go/session"
)

// Of requests that overlap, no change is lost.
func TestParallelUpdates(t *testing.T) {
	d := newDB(t, Options{})
	key := d.put(`{"n":0}`)
	const workers, rounds = 8, 25
	start := make(chan struct{})
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			<-start
			for range rounds {
				s, err := d.m.Open(t.Context(), session.Token(key))
				if err == nil {
					err = errors.Join(session.Update(s, "n", func(n *int) error { *n++; return nil }), s.Save())
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	close(start)
	wg.Wait()
	if n := must[int](t)(session.Get[int](d.open(key), "n")); n != workers*rounds {
		t.Errorf("%d of %d updates are there", n, workers*rounds)
	}
}

// The races that Django has: what falls between the read of a request and its write.
func TestRaces(t *testing.T) {
	races := map[string]struct {
		before func(d *db, key string) error // by another, when this one is about to write
		act    func(s *session.Session) error
		err    error
		want   string // what is left under the key
	}{
		"a logout, then a save": {
			func(d *db, key string) error { return d.m.End(d.tb.Context(), session.Token(key)) },
			func(s *session.Session) error { return s.Set("b", 2) }, session.ErrEnded, "",
		},
		"a logout, then a rotation": {
			func(d *db, key string) error { return d.m.End(d.tb.Context(), session.Token(key)) },
			(*session.Session).Rotate, session.ErrEnded, "",
		},
		"a rotation, then a save": {
			func(d *db, key string) error { d.do(key, (*session.Session).Rotate); return nil },
			func(s *session.Session) error { return s.Set("b", 2) }, session.ErrEnded, "",
		},
		"a save of Django's, then ours": {
			func(d *db, key string) error { d.set(key, `{"a":5,"c":3}`); return nil },
			func(s *session.Session) error { return s.Set("b", 2) }, nil, `{"a":5,"c":3,"b":2}`,
		},
		"a flush of Django's, then ours": {
			func(d *db, key string) error { return d.kv.Delete(d.tb.Context(), key) },
			func(s *session.Session) error { return s.Set("b", 2) }, session.ErrEnded, "",
		},
		"a save of Django's, then our logout": {
			func(d *db, key string) error { d.set(key, `{"a":5}`); return nil },
			(*session.Session).Destroy, nil, "",
		},
	}
	for name, race := range races {
		d := newDB(t, Options{})
		key := d.put(`{"a":1}`)
		s := d.open(key)
		check(t, race.act(s))
		check(t, race.before(d, key))
		if err := s.Save(); !errors.Is(err, race.err) {
			t.Errorf("%s: %v", name, err)
		}
		if got := d.dict(key); got != race.want {
			t.Errorf("%s: %s is left, want %s", name, got, race.want)
		}
		rotated := 0
		if name == "a rotation, then a save" {
			rotated = 1
		}
		if race.want == "" && d.kv.live(t.Context()) != rotated {
			t.Errorf("%s: %d sessions live", name, d.kv.live(t.Context()))
		}
	}
}
