package storetest

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/coatcheck-go/session"
)

var brokenHandles = []broken{
	{
		name: "what was loaded is remembered",
		elsewhere: func(m *mapStore, h *hooked) {
			var cache sync.Map
			h.load = func(ctx context.Context, key session.Key) (session.Record, error) {
				if r, ok := cache.Load(key); ok {
					return r.(session.Record), nil
				}
				r, err := m.Load(ctx, key)
				if err == nil {
					cache.Store(key, r)
				}
				return r, err
			}
		},
		fails: []string{
			"handles/update", "handles/end", "handles/delete", "handles/touch", "handles/replace",
			"handles/delete-by-subject", "race/counter", "race/replace-seen-whole",
		},
	},
	{
		name: "what was absent is remembered",
		elsewhere: func(m *mapStore, h *hooked) {
			var cache sync.Map
			h.load = func(ctx context.Context, key session.Key) (session.Record, error) {
				if err, ok := cache.Load(key); ok {
					return session.Record{}, err.(error)
				}
				r, err := m.Load(ctx, key)
				if err != nil {
					cache.Store(key, err)
				}
				return r, err
			}
		},
		fails: []string{"handles/create", "handles/replace"},
		may:   []string{"race/replace-seen-whole"},
	},
	{
		name: "what was loaded is believed when writing",
		elsewhere: func(m *mapStore, h *hooked) {
			var cache sync.Map
			h.load = func(ctx context.Context, key session.Key) (session.Record, error) {
				r, err := m.Load(ctx, key)
				cache.Store(key, r.Version)
				return r, err
			}
			h.update = func(ctx context.Context, key session.Key, old, r session.Record) (uint64, error) {
				if v, ok := cache.Load(key); ok && v == old.Version {
					old.Version = m.current(key)
				}
				return m.Update(ctx, key, old, r)
			}
		},
		fails: []string{"handles/write-elsewhere"},
		may:   []string{"race/counter"},
	},
}

// current returns the version that is under key.
func (m *mapStore) current(key session.Key) (v uint64) {
	m.step(func() { v = m.records[key].Version })
	return v
}

var brokenCalls = []broken{
	{
		name:  "contexts are ignored",
		bend:  func(_ *mapStore, b *bent) { b.ctx = context.WithoutCancel },
		fails: []string{"context/*"},
		may:   []string{"errors/*"},
	},
	{
		name: "contexts are looked at too late",
		hook: func(m *mapStore, h *hooked) {
			free := context.WithoutCancel
			h.create = func(ctx context.Context, key session.Key, r session.Record) (uint64, error) {
				v, err := m.Create(free(ctx), key, r)
				return v, cmp.Or(ctx.Err(), err)
			}
			h.update = func(ctx context.Context, key session.Key, old, r session.Record) (uint64, error) {
				v, err := m.Update(free(ctx), key, old, r)
				return v, cmp.Or(ctx.Err(), err)
			}
			h.delete = func(ctx context.Context, key session.Key) error {
				return cmp.Or(m.Delete(free(ctx), key), ctx.Err())
			}
			h.touch = func(ctx context.Context, key session.Key, old session.Record, expires time.Time) error {
				return cmp.Or(m.Touch(free(ctx), key, old, expires), ctx.Err())
			}
			h.deleteBySubject = func(ctx context.Context, subject string, except ...session.Key) (int, error) {
				n, err := m.DeleteBySubject(free(ctx), subject, except...)
				return n, cmp.Or(ctx.Err(), err)
			}
			h.replace = func(ctx context.Context, key session.Key, old, r session.Record, newKey session.Key, newRec session.Record) (uint64, error) {
				v, err := m.Replace(free(ctx), key, old, r, newKey, newRec)
				return v, cmp.Or(ctx.Err(), err)
			}
		},
		fails: []string{
			"context/create", "context/update", "context/delete", "context/touch", "context/replace",
			"context/delete-by-subject",
		},
		may: []string{"errors/*"},
	},
	{
		name:  "sentinels are bare",
		bend:  bendError(func(err error, _ session.Key, _ session.Record) error { return sentinelOf(err) }),
		fails: []string{"errors/wrapped"},
	},
	{
		name: "errors are of the store's own kind",
		bend: bendError(func(err error, _ session.Key, _ session.Record) error {
			if sentinelOf(err) == err {
				return err
			}
			return errors.New("mapstore: it didn't work")
		}),
		fails: []string{
			"load/never-created", "create/live", "create/twice", "update/never-created", "update/stale",
			"touch/stale", "replace/stale", "race/update", "race/create",
		},
		may: []string{"*/*"},
	},
	{
		name: "errors show the key",
		bend: bendError(func(err error, key session.Key, _ session.Record) error {
			return fmt.Errorf("%q: %w", string(key), err)
		}),
		fails: []string{"errors/no-secret"},
	},
	{
		name: "errors show the key in hex",
		bend: bendError(func(err error, key session.Key, _ session.Record) error {
			return fmt.Errorf("%s: %w", hex.EncodeToString([]byte(key)), err)
		}),
		fails: []string{"errors/no-secret"},
	},
	{
		name: "errors show the key in base64",
		bend: bendError(func(err error, key session.Key, _ session.Record) error {
			return fmt.Errorf("%s: %w", base64.URLEncoding.EncodeToString([]byte(key)), err)
		}),
		fails: []string{"errors/no-secret"},
	},
	{
		name:  "errors show the data",
		bend:  bendError(func(err error, _ session.Key, r session.Record) error { return fmt.Errorf("%v: %w", r, err) }),
		fails: []string{"errors/no-secret"},
	},
	{
		name: "BySubject hands out what it keeps",
		hook: func(m *mapStore, h *hooked) {
			var kept sync.Map
			h.bySubject = func(ctx context.Context, subject string) ([]session.Entry, error) {
				all, err := m.BySubject(ctx, subject)
				if err != nil {
					return nil, err
				}
				if was, ok := kept.Load(subject); ok && len(was.([]session.Entry)) == len(all) {
					return was.([]session.Entry), nil
				}
				kept.Store(subject, all)
				return all, nil
			}
		},
		fails: []string{"caller/by-subject"},
	},
	{
		name: "List hands out what it keeps",
		hook: func(m *mapStore, h *hooked) {
			var kept sync.Map
			h.list = func(ctx context.Context, cursor string, limit int) ([]session.Entry, string, error) {
				page, next, err := m.List(ctx, cursor, limit)
				if err != nil || cursor != "" || next != "" {
					return page, next, err
				}
				was, _ := kept.LoadOrStore(cursor, page)
				return was.([]session.Entry), "", nil
			}
		},
		fails: []string{"caller/list"},
	},
	{
		name: "DeleteBySubject sorts its caller's keys",
		hook: func(m *mapStore, h *hooked) {
			h.deleteBySubject = func(ctx context.Context, subject string, except ...session.Key) (int, error) {
				slices.Sort(except)
				return m.DeleteBySubject(ctx, subject, except...)
			}
		},
		fails: []string{"caller/except"},
	},
}

// bendError changes the errors there are.
func bendError(f func(error, session.Key, session.Record) error) func(*mapStore, *bent) {
	return func(_ *mapStore, b *bent) {
		b.err = func(err error, key session.Key, r session.Record) error {
			if err == nil {
				return nil
			}
			return f(err, key, r)
		}
	}
}

// sentinelOf returns the sentinel in err, or err if there is none.
func sentinelOf(err error) error {
	for _, sentinel := range []error{session.ErrNotFound, session.ErrConflict} {
		if errors.Is(err, sentinel) {
			return sentinel
		}
	}
	return err
}
