package nearcache_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/memstore"
	"github.com/coatcheck-go/session/nearcache"
	"github.com/coatcheck-go/session/nearcache/membus"
)

// Tests run in bubbles: waiting takes no time, and what takes none is exact.
const (
	lease = time.Second
	over  = lease + lease/10 // when another's lease is surely over
	key   = session.Key("0123456789abcdef0123456789abcdef")
)

var errDown = errors.New("the bus is down")

// A line is one process's way to the bus.
type line struct {
	bus   *membus.Bus
	posts atomic.Int64
	mute  atomic.Bool // posts fail
	nap   func()      // before and after each post and before each receipt, if not nil

	mu   sync.Mutex
	deaf chan struct{} // messages wait until it is closed; nil: they don't
	told nearcache.Listener
}

func (l *line) Post(ctx context.Context, message string) error {
	if l.mute.Load() {
		return errDown
	}
	l.posts.Add(1)
	if l.nap == nil {
		return l.bus.Post(ctx, message)
	}
	l.nap()
	defer l.nap()
	return l.bus.Post(ctx, message)
}

func (l *line) Listen(ctx context.Context, to nearcache.Listener) error {
	l.mu.Lock()
	l.told = to
	l.mu.Unlock()
	return l.bus.Listen(ctx, &ear{to, l})
}

// dead lets the connection hang: nothing arrives, and nothing fails.
func (l *line) dead() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.deaf = make(chan struct{})
}

// alive lets arrive what has hung.
func (l *line) alive() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.deaf != nil {
		close(l.deaf)
		l.deaf = nil
	}
}

func (l *line) listener() nearcache.Listener {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.told
}

type ear struct {
	nearcache.Listener
	line *line
}

func (e *ear) Receive(message string) {
	e.line.mu.Lock()
	deaf := e.line.deaf
	e.line.mu.Unlock()
	if deaf != nil {
		<-deaf
	}
	if e.line.nap != nil {
		e.line.nap()
	}
	e.Listener.Receive(message)
}

// A slow store can hold a call after it has done its work, or before.
type slow struct {
	*memstore.Store
	mu            sync.Mutex
	before, after map[string]chan struct{}
	fails         map[string]error // what a call returns after it has done its work
	nap           func()           // before and after each call, if not nil
}

func newSlow() *slow {
	return &slow{
		Store:  memstore.New(memstore.Options{}),
		before: map[string]chan struct{}{}, after: map[string]chan struct{}{}, fails: map[string]error{},
	}
}

// hold holds the next calls of the verb until release is called.
func (s *slow) hold(in map[string]chan struct{}, verb string) (release func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	gate := make(chan struct{})
	in[verb] = gate
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(in, verb)
		close(gate)
	}
}

func (s *slow) pass(in map[string]chan struct{}, verb string) {
	if s.nap != nil {
		s.nap()
	}
	s.mu.Lock()
	gate := in[verb]
	s.mu.Unlock()
	if gate != nil {
		<-gate
	}
}

func (s *slow) failure(verb string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.fails[verb]
}

func (s *slow) Load(ctx context.Context, key session.Key) (session.Record, error) {
	s.pass(s.before, "load")
	rec, err := s.Store.Load(ctx, key)
	s.pass(s.after, "load")
	return rec, err
}

func (s *slow) Update(ctx context.Context, key session.Key, old, rec session.Record) (uint64, error) {
	s.pass(s.before, "update")
	version, err := s.Store.Update(ctx, key, old, rec)
	s.pass(s.after, "update")
	return version, errors.Join(err, s.failure("update"))
}

func (s *slow) Delete(ctx context.Context, key session.Key) error {
	s.pass(s.before, "delete")
	err := s.Store.Delete(ctx, key)
	s.pass(s.after, "delete")
	return errors.Join(err, s.failure("delete"))
}

func (s *slow) DeleteBySubject(ctx context.Context, subject string, except ...session.Key) (int, error) {
	s.pass(s.before, "delete by subject")
	return s.Store.DeleteBySubject(ctx, subject, except...)
}

// A process uses the base through a near cache.
type process struct {
	*nearcache.Store
	t      *testing.T
	line   *line
	asleep *atomic.Int64 // nanoseconds that its monotonic clock has missed
	cancel context.CancelFunc
	ended  chan struct{}
}

// A fleet is processes that share a base and a bus.
type fleet struct {
	t    *testing.T
	base *slow
	bus  *membus.Bus
	all  []*process
	nap  func() // of its lines
}

// inBubble runs f with a fleet.
func inBubble(t *testing.T, f func(*testing.T, *fleet)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		fl := &fleet{t: t, base: newSlow(), bus: &membus.Bus{}}
		defer fl.end()
		f(t, fl)
	})
}

// end ends all that runs, as a bubble demands.
func (f *fleet) end() {
	for _, p := range f.all {
		p.line.alive()
		p.stop()
	}
}

// idle returns a process that doesn't run its cache.
func (f *fleet) idle() *process {
	f.t.Helper()
	l := &line{bus: f.bus, nap: f.nap}
	s, err := nearcache.New(f.base, nearcache.Options{Bus: l, Lease: lease})
	if err != nil {
		f.t.Fatal(err)
	}
	return &process{Store: s, t: f.t, line: l, asleep: nearcache.SleepyClock(s)}
}

// starting returns a process whose cache isn't in service yet.
func (f *fleet) starting() *process {
	f.t.Helper()
	p := f.idle()
	ctx, cancel := context.WithCancel(f.t.Context())
	f.all = append(f.all, p)
	p.cancel, p.ended = cancel, make(chan struct{})
	go func() {
		defer close(p.ended)
		_ = p.Run(ctx)
	}()
	return p
}

// ready returns processes in service that know each other.
func (f *fleet) ready(n int) (all []*process) {
	f.t.Helper()
	for range n {
		all = append(all, f.starting())
	}
	for _, p := range all {
		if err := p.Ready(f.t.Context()); err != nil {
			f.t.Fatal(err)
		}
	}
	return all
}

// two returns two processes, and a record that the second has in its cache.
func (f *fleet) two() (a, b *process, rec session.Record) {
	f.t.Helper()
	ps := f.ready(2)
	rec = ps[0].create(key, "one")
	ps[1].cached(key)
	return ps[0], ps[1], rec
}

func (p *process) create(key session.Key, data string) session.Record {
	p.t.Helper()
	rec := session.Record{Data: data, Subject: "ann", Expires: time.Now().Add(time.Hour)}
	version, err := p.Create(p.t.Context(), key, rec)
	if err != nil {
		p.t.Fatal(err)
	}
	rec.Version = version
	return rec
}

// cached loads the record so that it is in the cache.
func (p *process) cached(key session.Key) {
	p.t.Helper()
	_, _ = p.Load(p.t.Context(), key)
	if !p.hit(key) {
		p.t.Fatal("it isn't in the cache")
	}
}

// hit tells whether a load was answered from the cache.
func (p *process) hit(key session.Key) bool {
	p.t.Helper()
	hits := p.Stats().Hits
	_, err := p.Load(p.t.Context(), key)
	return err == nil && p.Stats().Hits == hits+1
}

// gone checks that the record isn't there for this process.
func (p *process) gone(key session.Key) {
	p.t.Helper()
	if _, err := p.Load(p.t.Context(), key); !errors.Is(err, session.ErrNotFound) {
		p.t.Errorf("Load of a record that was deleted: %v", err)
	}
}

// begin calls f in a goroutine, and returns what waits for it and tells how long it
// took.
func begin(f func() error) (wait func() (time.Duration, error)) {
	begun, done := time.Now(), make(chan error, 1)
	var took time.Duration
	go func() {
		err := f()
		took = time.Since(begun)
		done <- err
	}()
	synctest.Wait()
	return func() (time.Duration, error) {
		err := <-done
		return took, err
	}
}

func (p *process) deleting(key session.Key) (wait func() (time.Duration, error)) {
	return begin(func() error { return p.Delete(p.t.Context(), key) })
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

// crash ends Run, and its last words are lost.
func (p *process) crash() {
	p.line.mute.Store(true)
	p.stop()
}

// stop ends Run in good order.
func (p *process) stop() {
	p.cancel()
	<-p.ended
}
