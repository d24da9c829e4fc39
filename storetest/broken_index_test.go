package storetest

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/coatcheck-go/session"
)

var brokenSweep = []broken{
	{
		name: "Sweep knows no limit",
		hook: func(m *mapStore, h *hooked) {
			h.sweep = func(ctx context.Context, _ int) (int, error) { return m.Sweep(ctx, 1000) }
		},
		fails: []string{"sweep/limit", "sweep/concurrent"},
	},
	{
		name: "Sweep stops short",
		hook: func(m *mapStore, h *hooked) {
			h.sweep = func(ctx context.Context, limit int) (int, error) { return m.Sweep(ctx, min(limit, 2)) }
		},
		fails: []string{"sweep/limit"},
	},
	{
		name: "Sweep tells of one too many",
		hook: func(m *mapStore, h *hooked) {
			h.sweep = func(ctx context.Context, limit int) (int, error) {
				n, err := m.Sweep(ctx, limit)
				return n + 1, err
			}
		},
		fails: []string{"sweep/limit", "sweep/empty", "sweep/concurrent"},
		may:   []string{"sweep/created-meanwhile"},
	},
	{
		name: "Sweep takes the living",
		hook: func(m *mapStore, h *hooked) {
			h.sweep = func(ctx context.Context, limit int) (int, error) {
				n, err := m.Sweep(ctx, limit)
				m.step(func() { clear(m.records) })
				return n, err
			}
		},
		fails: []string{"sweep/limit", "sweep/live", "sweep/concurrent", "sweep/created-meanwhile", "sweep/moved-meanwhile"},
		may:   []string{"versions/swept"},
	},
	{
		name: "Sweep looks first and deletes later",
		hook: func(m *mapStore, h *hooked) {
			h.sweep = func(ctx context.Context, limit int) (int, error) {
				var doomed []session.Key
				m.step(func() {
					for key := range m.records {
						if _, live := m.live(key); !live && len(doomed) < limit {
							doomed = append(doomed, key)
						}
					}
				})
				pause()
				m.step(func() {
					for _, key := range doomed {
						delete(m.records, key)
					}
				})
				return len(doomed), ctx.Err()
			}
		},
		fails: []string{"sweep/concurrent", "sweep/created-meanwhile"},
	},
}

var brokenSubject = []broken{
	{
		name: "BySubject finds nothing",
		hook: func(m *mapStore, h *hooked) {
			h.bySubject = func(ctx context.Context, _ string) ([]session.Entry, error) { return nil, ctx.Err() }
		},
		fails: []string{
			"subject/all", "subject/live", "subject/updated", "subject/touched", "subject/created-anew",
			"subject/replaced", "subject/alike", "subject/delete-except", "subject/delete-many", "caller/by-subject",
		},
	},
	{
		name: "BySubject finds the dead as well",
		hook: func(m *mapStore, h *hooked) {
			h.bySubject = func(ctx context.Context, subject string) (all []session.Entry, err error) {
				m.step(func() {
					for key, r := range m.records {
						if r.Subject == subject {
							all = append(all, session.Entry{Key: key, Record: r})
						}
					}
				})
				return all, ctx.Err()
			}
		},
		fails: []string{"subject/live"},
		may:   []string{"ended/subject-replace"},
	},
	{
		name:  "a record stays with its first subject",
		hook:  func(m *mapStore, h *hooked) { indexByFirst(m, h, func(created bool) bool { return !created }) },
		fails: []string{"subject/updated", "subject/created-anew", "subject/replaced"},
	},
	{
		name:  "a record stays with the subject it was created for",
		hook:  func(m *mapStore, h *hooked) { indexByFirst(m, h, func(bool) bool { return true }) },
		fails: []string{"subject/updated", "subject/replaced"},
	},
	{
		name: "BySubject shows records as they were created",
		hook: func(m *mapStore, h *hooked) {
			var created sync.Map
			h.create = func(ctx context.Context, key session.Key, r session.Record) (uint64, error) {
				v, err := m.Create(ctx, key, r)
				created.Store(key, r.Expires)
				return v, err
			}
			h.bySubject = func(ctx context.Context, subject string) ([]session.Entry, error) {
				all, err := m.BySubject(ctx, subject)
				for i := range all {
					if at, ok := created.Load(all[i].Key); ok {
						all[i].Record.Expires = at.(time.Time)
					}
				}
				return all, err
			}
		},
		fails: []string{"subject/touched"},
	},
	{
		name: "BySubject compares like a person",
		hook: func(m *mapStore, h *hooked) {
			h.bySubject = func(_ context.Context, subject string) (all []session.Entry, err error) {
				m.step(func() {
					all = m.entries(func(_ session.Key, r session.Record) bool { return strings.EqualFold(r.Subject, subject) })
				})
				return all, nil
			}
		},
		fails: []string{"subject/alike", "context/by-subject"},
	},
	{
		name: "DeleteBySubject deletes nothing",
		hook: func(m *mapStore, h *hooked) {
			h.deleteBySubject = func(ctx context.Context, _ string, _ ...session.Key) (int, error) { return 0, ctx.Err() }
		},
		fails: []string{
			"subject/delete", "subject/delete-except", "subject/delete-many", "subject/alike",
			"versions/subject-ended", "handles/delete-by-subject", "ended/subject-*",
		},
	},
	{
		name: "DeleteBySubject miscounts",
		hook: func(m *mapStore, h *hooked) {
			h.deleteBySubject = func(ctx context.Context, subject string, except ...session.Key) (int, error) {
				n, err := m.DeleteBySubject(ctx, subject, except...)
				return n + len(except), err
			}
		},
		fails: []string{"subject/delete-except", "subject/delete-many"},
	},
	{
		name: "DeleteBySubject knows no exception",
		hook: func(m *mapStore, h *hooked) {
			h.deleteBySubject = func(ctx context.Context, subject string, _ ...session.Key) (int, error) {
				return m.DeleteBySubject(ctx, subject)
			}
		},
		fails: []string{"subject/delete-except", "subject/delete-many"},
	},
	{
		name: "DeleteBySubject stops at a hundred",
		hook: func(m *mapStore, h *hooked) {
			h.deleteBySubject = func(ctx context.Context, subject string, except ...session.Key) (int, error) {
				all, err := m.BySubject(ctx, subject)
				all = slices.DeleteFunc(all, func(e session.Entry) bool { return slices.Contains(except, e.Key) })
				for i := 100; i < len(all); i++ {
					except = append(except, all[i].Key)
				}
				if err != nil {
					return 0, err
				}
				return m.DeleteBySubject(ctx, subject, except...)
			}
		},
		fails: []string{"subject/delete-many"},
		may:   []string{"ended/subject-replace"},
	},
}

// indexByFirst makes BySubject go by the subject of Create alone. renew says
// whether a key that was created before gets its new subject.
func indexByFirst(m *mapStore, h *hooked, renew func(created bool) bool) {
	var mu sync.Mutex
	owner := map[session.Key]string{}
	h.create = func(ctx context.Context, key session.Key, r session.Record) (uint64, error) {
		mu.Lock()
		if _, created := owner[key]; renew(created) {
			owner[key] = r.Subject
		}
		mu.Unlock()
		return m.Create(ctx, key, r)
	}
	h.bySubject = func(ctx context.Context, subject string) (all []session.Entry, err error) {
		mu.Lock()
		defer mu.Unlock()
		m.step(func() {
			all = m.entries(func(key session.Key, _ session.Record) bool { return owner[key] == subject })
		})
		return all, ctx.Err()
	}
}

var brokenList = []broken{
	{
		name: "List is empty",
		hook: func(m *mapStore, h *hooked) {
			h.list = func(ctx context.Context, _ string, _ int) ([]session.Entry, string, error) { return nil, "", ctx.Err() }
		},
		fails: []string{"list/all", "list/live", "list/pages", "list/changing", "caller/list"},
	},
	{
		name: "List tells the last record of a page again",
		hook: func(m *mapStore, h *hooked) {
			h.list = func(ctx context.Context, cursor string, limit int) ([]session.Entry, string, error) {
				page, next, err := m.List(ctx, cursor, limit)
				if next != "" {
					page = append(page, page[0])
				}
				return page, next, err
			}
		},
		fails: []string{"list/all", "list/live", "list/changing"},
	},
	{
		name: "List shows the dead as well",
		hook: func(m *mapStore, h *hooked) {
			h.list = func(ctx context.Context, cursor string, limit int) (page []session.Entry, next string, err error) {
				m.step(func() {
					now := m.now
					defer func() { m.now = now }()
					m.now = func() time.Time { return past().Add(-time.Hour) }
					page = m.entries(func(session.Key, session.Record) bool { return true })
				})
				return page, "", ctx.Err()
			}
		},
		fails: []string{"list/live", "list/pages"},
	},
	{
		name: "List gives all at once",
		hook: func(m *mapStore, h *hooked) {
			h.list = func(ctx context.Context, cursor string, _ int) ([]session.Entry, string, error) {
				return m.List(ctx, cursor, 1000)
			}
		},
		fails: []string{"list/pages"},
	},
	{
		name: "List goes on after the last page",
		hook: func(m *mapStore, h *hooked) {
			h.list = func(ctx context.Context, cursor string, limit int) ([]session.Entry, string, error) {
				page, next, err := m.List(ctx, cursor, limit)
				return page, cmp.Or(next, "\xff"), err
			}
		},
		fails: []string{"list/all", "list/live", "list/empty", "list/changing", "caller/list"},
	},
	{
		name: "the cursor is a number of records",
		hook: func(m *mapStore, h *hooked) {
			h.list = func(ctx context.Context, cursor string, limit int) ([]session.Entry, string, error) {
				all, _, err := m.List(ctx, "", 1000)
				from, _ := strconv.Atoi(cursor)
				to := min(from+limit, len(all))
				if from = min(from, to); to == len(all) {
					return all[from:], "", err
				}
				return all[from:to], strconv.Itoa(to), err
			}
		},
		fails: []string{"list/changing"},
	},
}
