package storetest

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/coatcheck-go/session"
)

// Each of these looks first and writes later, as a store does that reads and
// writes in two steps.
var brokenRaces = []broken{
	{
		name: "Update in two steps",
		hook: func(m *mapStore, h *hooked) {
			h.update = func(ctx context.Context, key session.Key, old, r session.Record) (v uint64, err error) {
				m.step(func() { err = cmp.Or(ctx.Err(), m.still(key, old)) })
				if err != nil {
					return 0, err
				}
				pause()
				m.step(func() { v = m.set(key, r) })
				return v, nil
			}
		},
		fails: []string{"race/update", "race/counter", "ended/update", "ended/created-anew", "ended/subject-update"},
	},
	{
		name: "Create in two steps",
		hook: func(m *mapStore, h *hooked) {
			h.create = func(ctx context.Context, key session.Key, r session.Record) (v uint64, err error) {
				m.step(func() { err = cmp.Or(ctx.Err(), m.free(key)) })
				if err != nil {
					return 0, err
				}
				pause()
				m.step(func() { v = m.set(key, r) })
				return v, nil
			}
		},
		fails: []string{"race/create", "race/create-over-expired"},
	},
	{
		name: "Touch in two steps",
		hook: func(m *mapStore, h *hooked) {
			h.touch = func(ctx context.Context, key session.Key, old session.Record, expires time.Time) (err error) {
				var r session.Record
				m.step(func() {
					err = cmp.Or(ctx.Err(), m.still(key, old))
					r = m.records[key]
				})
				if err != nil {
					return err
				}
				pause()
				r.Expires = expires
				m.step(func() { m.records[key] = r })
				return nil
			}
		},
		fails: []string{"ended/touch", "ended/created-anew"},
	},
	{
		name: "Replace in two steps, the old one first",
		hook: func(m *mapStore, h *hooked) {
			h.replace = func(ctx context.Context, key session.Key, old, r session.Record, newKey session.Key, newRec session.Record) (v uint64, err error) {
				m.step(func() { err = cmp.Or(ctx.Err(), m.still(key, old), m.free(newKey)) })
				if err != nil {
					return 0, err
				}
				pause()
				m.step(func() { m.set(key, r) })
				pause()
				m.step(func() { v = m.set(newKey, newRec) })
				return v, nil
			}
		},
		fails: []string{"race/replace", "race/replace-onto-one", "race/replace-seen-whole", "ended/replace", "ended/subject-replace"},
	},
	{
		name: "Replace in two steps, the new one first",
		hook: func(m *mapStore, h *hooked) {
			h.replace = func(ctx context.Context, key session.Key, old, r session.Record, newKey session.Key, newRec session.Record) (uint64, error) {
				return session.Replace(ctx, struct{ session.Store }{paused{m}}, key, old, r, newKey, newRec)
			}
		},
		fails: []string{"race/replace-seen-whole"},
	},
	{
		name: "DeleteBySubject leaves what was updated meanwhile",
		hook: func(m *mapStore, h *hooked) {
			h.deleteBySubject = deleteEach(m, func(now, listed session.Record) bool { return now.Version == listed.Version })
		},
		fails: []string{"ended/subject-update", "ended/subject-replace"},
	},
	{
		name: "DeleteBySubject leaves what was replaced meanwhile",
		hook: func(m *mapStore, h *hooked) {
			h.deleteBySubject = deleteEach(m, func(_, _ session.Record) bool { return true })
		},
		fails: []string{"ended/subject-replace"},
	},
}

// paused is a store whose Update takes long.
type paused struct{ session.Store }

func (p paused) Update(ctx context.Context, key session.Key, old, r session.Record) (uint64, error) {
	pause()
	return p.Store.Update(ctx, key, old, r)
}

// deleteEach is DeleteBySubject that lists first, and then deletes those of the
// listed records that doomed accepts as they are by then.
func deleteEach(m *mapStore, doomed func(now, listed session.Record) bool) func(context.Context, string, ...session.Key) (int, error) {
	return func(ctx context.Context, subject string, except ...session.Key) (n int, err error) {
		all, err := m.BySubject(ctx, subject)
		pause()
		m.step(func() {
			for _, e := range all {
				if !slices.Contains(except, e.Key) && doomed(m.records[e.Key], e.Record) {
					delete(m.records, e.Key)
					n++
				}
			}
		})
		return n, err
	}
}
