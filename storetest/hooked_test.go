package storetest

import (
	"context"
	"runtime"
	"time"

	"github.com/coatcheck-go/session"
)

// A hooked store is a right one in which some methods can be replaced.
type hooked struct {
	load            func(context.Context, session.Key) (session.Record, error)
	create          func(context.Context, session.Key, session.Record) (uint64, error)
	update          func(context.Context, session.Key, session.Record, session.Record) (uint64, error)
	delete          func(context.Context, session.Key) error
	touch           func(context.Context, session.Key, session.Record, time.Time) error
	sweep           func(context.Context, int) (int, error)
	bySubject       func(context.Context, string) ([]session.Entry, error)
	deleteBySubject func(context.Context, string, ...session.Key) (int, error)
	list            func(context.Context, string, int) ([]session.Entry, string, error)
	replace         func(context.Context, session.Key, session.Record, session.Record, session.Key, session.Record) (uint64, error)
}

func hook(s full) *hooked {
	return &hooked{
		s.Load, s.Create, s.Update, s.Delete, s.Touch,
		s.Sweep, s.BySubject, s.DeleteBySubject, s.List, s.Replace,
	}
}

func (h *hooked) Load(ctx context.Context, key session.Key) (session.Record, error) {
	return h.load(ctx, key)
}

func (h *hooked) Create(ctx context.Context, key session.Key, r session.Record) (uint64, error) {
	return h.create(ctx, key, r)
}

func (h *hooked) Update(ctx context.Context, key session.Key, old, r session.Record) (uint64, error) {
	return h.update(ctx, key, old, r)
}

func (h *hooked) Delete(ctx context.Context, key session.Key) error {
	return h.delete(ctx, key)
}

func (h *hooked) Touch(ctx context.Context, key session.Key, old session.Record, expires time.Time) error {
	return h.touch(ctx, key, old, expires)
}

func (h *hooked) Sweep(ctx context.Context, limit int) (int, error) {
	return h.sweep(ctx, limit)
}

func (h *hooked) BySubject(ctx context.Context, subject string) ([]session.Entry, error) {
	return h.bySubject(ctx, subject)
}

func (h *hooked) DeleteBySubject(ctx context.Context, subject string, except ...session.Key) (int, error) {
	return h.deleteBySubject(ctx, subject, except...)
}

func (h *hooked) List(ctx context.Context, cursor string, limit int) ([]session.Entry, string, error) {
	return h.list(ctx, cursor, limit)
}

func (h *hooked) Replace(ctx context.Context, key session.Key, old, r session.Record, newKey session.Key, newRec session.Record) (uint64, error) {
	return h.replace(ctx, key, old, r, newKey, newRec)
}

// A bent store passes everything on, but not quite as it got it.
type bent struct {
	full
	ctx func(context.Context) context.Context
	key func(session.Key) session.Key
	rec func(session.Record) session.Record
	err func(error, session.Key, session.Record) error
}

// bend returns a bent store that bends nothing yet.
func bend(s full) *bent {
	return &bent{
		full: s,
		ctx:  func(ctx context.Context) context.Context { return ctx },
		key:  func(key session.Key) session.Key { return key },
		rec:  func(r session.Record) session.Record { return r },
		err:  func(err error, _ session.Key, _ session.Record) error { return err },
	}
}

func (b *bent) Load(ctx context.Context, key session.Key) (session.Record, error) {
	r, err := b.full.Load(b.ctx(ctx), b.key(key))
	return r, b.err(err, key, r)
}

func (b *bent) Create(ctx context.Context, key session.Key, r session.Record) (uint64, error) {
	v, err := b.full.Create(b.ctx(ctx), b.key(key), b.rec(r))
	return v, b.err(err, key, r)
}

func (b *bent) Update(ctx context.Context, key session.Key, old, r session.Record) (uint64, error) {
	v, err := b.full.Update(b.ctx(ctx), b.key(key), old, b.rec(r))
	return v, b.err(err, key, r)
}

func (b *bent) Delete(ctx context.Context, key session.Key) error {
	return b.err(b.full.Delete(b.ctx(ctx), b.key(key)), key, session.Record{})
}

func (b *bent) Touch(ctx context.Context, key session.Key, old session.Record, expires time.Time) error {
	r := b.rec(session.Record{Expires: expires})
	return b.err(b.full.Touch(b.ctx(ctx), b.key(key), old, r.Expires), key, old)
}

func (b *bent) Sweep(ctx context.Context, limit int) (int, error) {
	return b.full.Sweep(b.ctx(ctx), limit)
}

func (b *bent) BySubject(ctx context.Context, subject string) ([]session.Entry, error) {
	return b.full.BySubject(b.ctx(ctx), b.rec(session.Record{Subject: subject}).Subject)
}

func (b *bent) DeleteBySubject(ctx context.Context, subject string, except ...session.Key) (int, error) {
	return b.full.DeleteBySubject(b.ctx(ctx), b.rec(session.Record{Subject: subject}).Subject, except...)
}

func (b *bent) List(ctx context.Context, cursor string, limit int) ([]session.Entry, string, error) {
	return b.full.List(b.ctx(ctx), cursor, limit)
}

func (b *bent) Replace(ctx context.Context, key session.Key, old, r session.Record, newKey session.Key, newRec session.Record) (uint64, error) {
	v, err := b.full.Replace(b.ctx(ctx), b.key(key), old, b.rec(r), b.key(newKey), b.rec(newRec))
	return v, b.err(err, key, newRec)
}

// pause gives way, so that a step that should be one with the next is seen to
// be two.
func pause() {
	for range 200 {
		runtime.Gosched()
	}
}

// step does one locked step of a method that should be one step as a whole.
func (m *mapStore) step(f func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	f()
}
