package storetest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/coatcheck-go/session"
)

var brokenBasics = []broken{
	{
		name: "a record can be loaded once",
		hook: func(m *mapStore, h *hooked) {
			h.load = func(ctx context.Context, key session.Key) (session.Record, error) {
				r, err := m.Load(ctx, key)
				m.step(func() { delete(m.records, key) })
				return r, err
			}
		},
		fails: []string{"load/live"},
		may:   []string{"*/*"},
	},
	{
		name: "Create keeps nothing",
		hook: func(m *mapStore, h *hooked) {
			h.create = func(context.Context, session.Key, session.Record) (uint64, error) { return 1, nil }
		},
		fails: []string{"load/live", "create/keeps"},
		may:   []string{"*/*"},
	},
	{
		name: "what is absent is an empty record",
		hook: func(m *mapStore, h *hooked) {
			h.load = func(ctx context.Context, key session.Key) (session.Record, error) {
				r, err := m.Load(ctx, key)
				if errors.Is(err, session.ErrNotFound) {
					return r, nil
				}
				return r, err
			}
		},
		fails: []string{"load/never-created", "load/expired", "delete/live"},
		may:   []string{"*/*"},
	},
	{
		name: "records never expire",
		hook: func(m *mapStore, _ *hooked) { m.now = func() time.Time { return time.Time{}.Add(-1) } },
		fails: []string{
			"load/expired", "load/time-passes", "create/over-expired", "create/expired-already",
			"update/expired", "update/ends", "touch/expired", "touch/ends",
			"replace/expired", "replace/ends", "replace/over-expired", "handles/end", "handles/replace",
			"sweep/limit", "sweep/live", "subject/live", "list/live", "race/create-over-expired",
		},
		may: []string{"versions/*", "sweep/*", "subject/*", "ended/*"},
	},
	{
		name:  "the clock is slow",
		hook:  func(m *mapStore, _ *hooked) { m.now = func() time.Time { return time.Now().Add(-time.Minute) } },
		fails: []string{"load/time-passes", "sweep/limit", "sweep/concurrent"},
	},
	{
		name: "Create writes over a live record",
		hook: func(m *mapStore, h *hooked) {
			h.create = func(_ context.Context, key session.Key, r session.Record) (v uint64, err error) {
				m.step(func() { v = m.set(key, r) })
				return v, nil
			}
		},
		fails: []string{"create/live", "create/twice", "race/create", "race/create-over-expired", "handles/write-elsewhere", "context/create"},
		may:   []string{"errors/*"},
	},
	{
		name: "a dead record is in the way",
		hook: func(m *mapStore, h *hooked) {
			h.create = func(ctx context.Context, key session.Key, r session.Record) (uint64, error) {
				if m.dead(key) {
					return 0, fmt.Errorf("mapstore: %w", session.ErrConflict)
				}
				return m.Create(ctx, key, r)
			}
		},
		fails: []string{
			"create/over-expired", "create/expired-already", "versions/expired",
			"sweep/created-meanwhile", "subject/created-anew", "race/create-over-expired",
		},
	},
	{
		name: "a deleted key can't be used again",
		hook: func(m *mapStore, h *hooked) {
			var deleted sync.Map
			h.delete = func(ctx context.Context, key session.Key) error {
				deleted.Store(key, true)
				return m.Delete(ctx, key)
			}
			h.create = func(ctx context.Context, key session.Key, r session.Record) (uint64, error) {
				if _, ok := deleted.Load(key); ok {
					return 0, fmt.Errorf("mapstore: %w", session.ErrConflict)
				}
				return m.Create(ctx, key, r)
			}
		},
		fails: []string{
			"create/after-delete", "*/created-anew", "versions/deleted", "versions/other-handle",
		},
		may: []string{"errors/*"},
	},
	{
		name: "a past expiry means never, to Create",
		hook: func(m *mapStore, h *hooked) {
			h.create = func(ctx context.Context, key session.Key, r session.Record) (uint64, error) {
				return m.Create(ctx, key, immortal(r))
			}
		},
		fails: []string{"create/expired-already"},
	},
	{
		name: "a past expiry means never, to Update",
		hook: func(m *mapStore, h *hooked) {
			h.update = func(ctx context.Context, key session.Key, old, r session.Record) (uint64, error) {
				return m.Update(ctx, key, old, immortal(r))
			}
		},
		fails: []string{
			"load/expired", "create/over-expired", "update/ends", "update/expired", "touch/expired",
			"replace/expired", "replace/over-expired", "handles/end", "subject/live", "list/live", "versions/expired",
			"versions/swept", "sweep/live", "sweep/created-meanwhile", "subject/created-anew", "race/create-over-expired",
		},
	},
	{
		name: "a zero expiry means never",
		bend: func(_ *mapStore, b *bent) {
			b.rec = func(r session.Record) session.Record {
				if r.Expires.IsZero() {
					return immortal(r)
				}
				return r
			}
		},
		fails: []string{"create/expired-already", "update/ends"},
	},
	{
		name: "Create believes the caller's version",
		hook: func(m *mapStore, h *hooked) {
			h.create = func(ctx context.Context, key session.Key, r session.Record) (uint64, error) {
				v, err := m.Create(ctx, key, r)
				return m.believe(key, r, v, err)
			}
		},
		fails: []string{"create/ignores-version"},
	},
	{
		name: "Update believes the caller's version",
		hook: func(m *mapStore, h *hooked) {
			h.update = func(ctx context.Context, key session.Key, old, r session.Record) (uint64, error) {
				v, err := m.Update(ctx, key, old, r)
				if r.Version == old.Version {
					return v, err
				}
				return m.believe(key, r, v, err)
			}
		},
		fails: []string{"update/ignores-version"},
	},
	{
		name: "Update keeps the subject and the expiry",
		hook: func(m *mapStore, h *hooked) {
			h.update = func(ctx context.Context, key session.Key, old, r session.Record) (uint64, error) {
				if was, err := m.Load(ctx, key); err == nil && r.Expires.After(time.Now()) {
					r.Subject, r.Expires = was.Subject, was.Expires
				}
				return m.Update(ctx, key, old, r)
			}
		},
		fails: []string{"update/loaded", "data/nobody", "data/subject", "expires/millisecond", "expires/far", "touch/moves", "subject/updated"},
	},
	{
		name: "Update of a loaded record only",
		hook: func(m *mapStore, h *hooked) {
			h.create = func(ctx context.Context, key session.Key, r session.Record) (uint64, error) {
				v, err := m.Create(ctx, key, r)
				return v + 1, err
			}
			h.update = func(ctx context.Context, key session.Key, old, r session.Record) (uint64, error) {
				v, err := m.Update(ctx, key, old, r)
				return v + 1, err
			}
		},
		fails: []string{"update/written", "create/keeps"},
		may:   []string{"*/*"},
	},
	{
		name:  "Update creates what was never there",
		hook:  func(m *mapStore, h *hooked) { h.update = m.upsert(func(ok bool) bool { return !ok }) },
		fails: []string{"update/never-created", "update/deleted", "ended/update", "errors/*"},
		may:   []string{"ended/subject-update"},
	},
	{
		name:  "Update revives what has expired",
		hook:  func(m *mapStore, h *hooked) { h.update = m.upsert(func(ok bool) bool { return ok }) },
		fails: []string{"update/expired"},
	},
	{
		name: "Update doesn't look at the version",
		hook: func(m *mapStore, h *hooked) {
			h.update = func(ctx context.Context, key session.Key, old, r session.Record) (v uint64, err error) {
				m.step(func() {
					if now, ok := m.live(key); ok {
						old = now
					}
					if err = cmp.Or(ctx.Err(), m.still(key, old)); err == nil {
						v = m.set(key, r)
					}
				})
				return v, err
			}
		},
		fails: []string{
			"update/stale", "update/stale-but-alike", "update/created-anew", "replace/stale-after",
			"handles/write-elsewhere", "race/update", "race/counter", "ended/created-anew",
		},
	},
	{
		name: "Delete does nothing",
		hook: func(m *mapStore, h *hooked) {
			h.delete = func(ctx context.Context, _ session.Key) error { return ctx.Err() }
		},
		fails: []string{"delete/live", "update/deleted", "handles/delete", "ended/update", "ended/touch", "ended/replace"},
		may:   []string{"*/*"},
	},
	{
		name: "Delete of nothing is an error",
		hook: func(m *mapStore, h *hooked) {
			h.delete = func(ctx context.Context, key session.Key) error {
				if _, err := m.Load(ctx, key); err != nil {
					return err
				}
				return m.Delete(ctx, key)
			}
		},
		fails: []string{"delete/absent"},
	},
}

// immortal returns r with an expiry that is ahead.
func immortal(r session.Record) session.Record {
	if r.Expires.Before(time.Now()) {
		r.Expires = in(time.Hour)
	}
	return r
}

// dead says whether something expired is under key.
func (m *mapStore) dead(key session.Key) (dead bool) {
	m.step(func() {
		_, ok := m.records[key]
		_, live := m.live(key)
		dead = ok && !live
	})
	return dead
}

// believe gives the record that was just written the version that r brought.
func (m *mapStore) believe(key session.Key, r session.Record, v uint64, err error) (uint64, error) {
	if err != nil || r.Version == 0 {
		return v, err
	}
	m.step(func() { m.records[key] = r })
	return r.Version, nil
}

// upsert is Update for live records; among dead keys it writes those that want
// accepts, told whether something expired is there.
func (m *mapStore) upsert(want func(expired bool) bool) func(context.Context, session.Key, session.Record, session.Record) (uint64, error) {
	return func(ctx context.Context, key session.Key, old, r session.Record) (v uint64, err error) {
		v, err = m.Update(ctx, key, old, r)
		if errors.Is(err, session.ErrNotFound) && want(m.dead(key)) {
			return m.Create(ctx, key, r)
		}
		return v, err
	}
}
