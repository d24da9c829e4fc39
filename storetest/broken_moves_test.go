package storetest

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/coatcheck-go/session"
)

var brokenTouch = []broken{
	{
		name: "Touch does nothing",
		hook: func(m *mapStore, h *hooked) {
			h.touch = func(ctx context.Context, key session.Key, old session.Record, _ time.Time) error {
				return m.Touch(ctx, key, old, old.Expires)
			}
		},
		fails: []string{"touch/moves", "touch/millisecond", "touch/ends", "handles/touch", "subject/touched", "subject/live"},
	},
	{
		name: "Touch only makes longer",
		hook: func(m *mapStore, h *hooked) {
			h.touch = func(ctx context.Context, key session.Key, old session.Record, expires time.Time) error {
				if expires.Before(old.Expires) {
					expires = old.Expires
				}
				return m.Touch(ctx, key, old, expires)
			}
		},
		fails: []string{"touch/moves", "touch/ends", "subject/live"},
	},
	{
		name: "Touch is an update",
		hook: func(m *mapStore, h *hooked) {
			h.touch = func(ctx context.Context, key session.Key, old session.Record, expires time.Time) error {
				r := old
				r.Expires = expires
				_, err := m.Update(ctx, key, old, r)
				return err
			}
		},
		fails: []string{"touch/moves", "touch/millisecond", "touch/version", "handles/touch", "subject/touched"},
	},
	{
		name: "Touch doesn't look at the version",
		hook: func(m *mapStore, h *hooked) {
			h.touch = func(ctx context.Context, key session.Key, _ session.Record, expires time.Time) error {
				now, err := m.Load(ctx, key)
				if err != nil {
					return err
				}
				return m.Touch(ctx, key, now, expires)
			}
		},
		fails: []string{"touch/stale", "touch/created-anew", "ended/created-anew"},
	},
	{
		name:  "Touch revives what has expired",
		hook:  func(m *mapStore, h *hooked) { h.touch = m.touchUp(func(expired bool) bool { return expired }) },
		fails: []string{"touch/expired"},
	},
	{
		name:  "Touch creates what is not there",
		hook:  func(m *mapStore, h *hooked) { h.touch = m.touchUp(func(expired bool) bool { return !expired }) },
		fails: []string{"touch/never-created", "touch/deleted", "ended/touch", "errors/*"},
		may:   []string{"ended/created-anew"},
	},
}

// touchUp is Touch for live records; see upsert.
func (m *mapStore) touchUp(want func(expired bool) bool) func(context.Context, session.Key, session.Record, time.Time) error {
	return func(ctx context.Context, key session.Key, old session.Record, expires time.Time) error {
		err := m.Touch(ctx, key, old, expires)
		if errors.Is(err, session.ErrNotFound) && want(m.dead(key)) {
			old.Expires = expires
			_, err = m.Create(ctx, key, old)
		}
		return err
	}
}

var brokenReplace = []broken{
	{
		name: "Replace leaves the old record as it was",
		hook: func(m *mapStore, h *hooked) {
			h.replace = func(ctx context.Context, key session.Key, old, _ session.Record, newKey session.Key, newRec session.Record) (v uint64, err error) {
				m.step(func() {
					if err = cmp.Or(ctx.Err(), m.still(key, old), m.free(newKey)); err == nil {
						v = m.set(newKey, newRec)
					}
				})
				return v, err
			}
		},
		fails: []string{
			"replace/both", "replace/stale-after", "replace/ends", "handles/replace", "race/replace",
			"race/replace-seen-whole", "versions/replaced", "subject/replaced",
		},
		may: []string{"ended/subject-replace"},
	},
	{
		name: "Replace returns the old key's version",
		hook: func(m *mapStore, h *hooked) {
			h.replace = func(ctx context.Context, key session.Key, old, r session.Record, newKey session.Key, newRec session.Record) (uint64, error) {
				v, err := m.Replace(ctx, key, old, r, newKey, newRec)
				return v - 1, err
			}
		},
		fails: []string{
			"replace/both", "replace/ends", "replace/over-expired", "handles/replace", "subject/replaced",
			"race/replace", "race/replace-onto-one", "versions/replaced",
		},
		may: []string{"ended/subject-replace"},
	},
	{
		name: "Replace believes the caller's version",
		hook: func(m *mapStore, h *hooked) {
			h.replace = func(ctx context.Context, key session.Key, old, r session.Record, newKey session.Key, newRec session.Record) (uint64, error) {
				v, err := m.Replace(ctx, key, old, r, newKey, newRec)
				return m.believe(newKey, newRec, v, err)
			}
		},
		fails: []string{"replace/both"},
	},
	{
		name: "Replace writes over a live record",
		hook: func(m *mapStore, h *hooked) {
			h.replace = func(ctx context.Context, key session.Key, old, r session.Record, newKey session.Key, newRec session.Record) (v uint64, err error) {
				m.step(func() {
					if err = cmp.Or(ctx.Err(), m.still(key, old)); err == nil {
						m.set(key, r)
						v = m.set(newKey, newRec)
					}
				})
				return v, err
			}
		},
		fails: []string{"replace/taken", "race/replace-onto-one"},
	},
	{
		name: "a dead record is in Replace's way",
		hook: func(m *mapStore, h *hooked) {
			h.replace = func(ctx context.Context, key session.Key, old, r session.Record, newKey session.Key, newRec session.Record) (uint64, error) {
				if m.dead(newKey) {
					return 0, session.ErrConflict
				}
				return m.Replace(ctx, key, old, r, newKey, newRec)
			}
		},
		fails: []string{"replace/over-expired", "versions/replaced"},
	},
	{
		name: "Replace doesn't look at the version",
		hook: func(m *mapStore, h *hooked) {
			h.replace = func(ctx context.Context, key session.Key, old, r session.Record, newKey session.Key, newRec session.Record) (v uint64, err error) {
				m.step(func() {
					if now, ok := m.live(key); ok {
						old = now
					}
					if err = cmp.Or(ctx.Err(), m.still(key, old), m.free(newKey)); err == nil {
						m.set(key, r)
						v = m.set(newKey, newRec)
					}
				})
				return v, err
			}
		},
		fails: []string{"replace/stale", "replace/created-anew", "race/replace"},
		may:   []string{"errors/*"},
	},
	{
		name: "Replace needs no old record",
		hook: func(m *mapStore, h *hooked) {
			h.replace = func(ctx context.Context, key session.Key, old, r session.Record, newKey session.Key, newRec session.Record) (uint64, error) {
				v, err := m.Replace(ctx, key, old, r, newKey, newRec)
				if errors.Is(err, session.ErrNotFound) {
					return m.Create(ctx, newKey, newRec)
				}
				return v, err
			}
		},
		fails: []string{"replace/never-created", "replace/expired", "replace/deleted", "ended/subject-replace"},
	},
	{
		name: "Replace leaves its new record when the old one is gone or another",
		hook: func(m *mapStore, h *hooked) {
			h.replace = func(ctx context.Context, key session.Key, old, r session.Record, newKey session.Key, newRec session.Record) (uint64, error) {
				v, err := m.Create(ctx, newKey, newRec)
				if err != nil {
					return 0, err
				}
				_, err = m.Update(ctx, key, old, r)
				return v, err
			}
		},
		fails: []string{
			"replace/stale", "replace/created-anew", "replace/never-created", "replace/expired", "replace/deleted",
			"race/replace", "ended/replace", "ended/subject-replace",
		},
		may: []string{"race/replace-seen-whole"},
	},
	{
		name: "Replace forgets the new subject",
		hook: func(m *mapStore, h *hooked) {
			h.replace = func(ctx context.Context, key session.Key, old, r session.Record, newKey session.Key, newRec session.Record) (uint64, error) {
				newRec.Subject, r.Subject = r.Subject, newRec.Subject
				return m.Replace(ctx, key, old, r, newKey, newRec)
			}
		},
		fails: []string{"subject/replaced"},
	},
}
