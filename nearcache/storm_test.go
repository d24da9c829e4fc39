package nearcache_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
)

// TestStorm plays sessions on processes whose bus and base are slow, and whose
// connections die, come back and are cut at random. Whenever a delete has returned
// nil, no process shows the session any more.
func TestStorm(t *testing.T) {
	const processes, visitors, sessions = 3, 6, 60
	inBubble(t, func(t *testing.T, f *fleet) {
		f.nap = func() { sleepUpTo(lease / 20) }
		f.base.nap = func() {
			sleepUpTo(lease / 100)
			if rand.IntN(100) == 0 {
				sleepUpTo(5 * lease)
			}
		}
		ps := f.ready(processes)
		over := make(chan struct{})
		var weather, all sync.WaitGroup
		weather.Go(func() { f.storm(over) })
		for visitor := range visitors {
			all.Go(func() {
				for i := range sessions {
					visit(t, ps, session.Key(fmt.Sprintf("%016d%016d", visitor, i)))
				}
			})
		}
		all.Wait()
		close(over)
		weather.Wait()
		hits := uint64(0)
		for _, p := range ps {
			hits += p.Stats().Hits
		}
		if hits < visitors*sessions/10 {
			t.Errorf("only %d hits: the caches were hardly used", hits)
		}
	})
}

func sleepUpTo(d time.Duration) { time.Sleep(time.Duration(rand.Int64N(int64(d)))) }

// storm lets connections die, be lost or be mute for a while, until it is over.
func (f *fleet) storm(over chan struct{}) {
	for {
		sleepUpTo(8 * lease)
		select {
		case <-over:
			return
		default:
		}
		p := f.all[rand.IntN(len(f.all))]
		switch rand.IntN(4) {
		case 0:
			f.bus.Cut()
		case 1:
			p.line.mute.Store(true)
		default:
			p.line.dead()
		}
		sleepUpTo(3 * lease)
		p.line.alive()
		p.line.mute.Store(false)
	}
}

// visit is the life of a session.
func visit(t *testing.T, ps []*process, key session.Key) {
	ctx, anyone := t.Context(), func() *process { return ps[rand.IntN(len(ps))] }
	rec := session.Record{Data: "one", Subject: string(key), Expires: time.Now().Add(time.Hour)}
	version, err := anyone().Create(ctx, key, rec)
	if err != nil {
		t.Error(err)
		return
	}
	rec.Version = version
	done := make(chan struct{})
	var readers sync.WaitGroup
	for _, p := range ps {
		readers.Go(func() { p.read(key, done) })
	}
	sleepUpTo(lease)
	for errors.Is(end(t, anyone(), key, rec), errDown) {
		sleepUpTo(lease)
	}
	for _, p := range ps {
		p.gone(key)
	}
	close(done)
	readers.Wait()
}

// read loads the record again and again.
func (p *process) read(key session.Key, done chan struct{}) {
	for {
		select {
		case <-done:
			return
		default:
			_, _ = p.Load(p.t.Context(), key)
			sleepUpTo(lease / 10)
		}
	}
}

// end ends a session in one of the ways there are.
func end(t *testing.T, p *process, key session.Key, rec session.Record) (err error) {
	ended := session.Record{Expires: time.UnixMilli(0)}
	switch rand.IntN(4) {
	case 0:
		err = p.Delete(t.Context(), key)
	case 1:
		_, err = p.DeleteBySubject(t.Context(), rec.Subject)
	case 2:
		_, err = p.Update(t.Context(), key, rec, ended)
	default:
		_, err = p.Replace(t.Context(), key, rec, ended, key+"'", rec)
	}
	return err
}
