package kvtest

import (
	"context"
	"errors"
	"fmt"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/kv"
	"github.com/coatcheck-go/session/kv/memkv"
)

// A hooked store is a right one in which some methods can be replaced.
type hooked struct {
	get    func(ctx context.Context, key string) (string, error)
	add    func(ctx context.Context, key, value string, ttl time.Duration) error
	swap   func(ctx context.Context, key, old, value string, ttl time.Duration) error
	delete func(ctx context.Context, key string) error
	until  func(ctx context.Context, key string) (string, time.Time, error)
}

func hook(s kv.Expirer) *hooked { return &hooked{s.Get, s.Add, s.Swap, s.Delete, s.GetUntil} }

func (h *hooked) Get(ctx context.Context, key string) (string, error) { return h.get(ctx, key) }

func (h *hooked) Add(ctx context.Context, key, value string, ttl time.Duration) error {
	return h.add(ctx, key, value, ttl)
}

func (h *hooked) Swap(ctx context.Context, key, old, value string, ttl time.Duration) error {
	return h.swap(ctx, key, old, value, ttl)
}

func (h *hooked) Delete(ctx context.Context, key string) error { return h.delete(ctx, key) }

func (h *hooked) GetUntil(ctx context.Context, key string) (string, time.Time, error) {
	return h.until(ctx, key)
}

// bend replaces keys, values and times on their way in.
func bend(h *hooked, key, value func(string) string, life func(time.Duration) time.Duration) {
	s := *h
	h.get = func(ctx context.Context, k string) (string, error) { return s.get(ctx, key(k)) }
	h.add = func(ctx context.Context, k, v string, ttl time.Duration) error {
		return s.add(ctx, key(k), value(v), life(ttl))
	}
	h.swap = func(ctx context.Context, k, old, v string, ttl time.Duration) error {
		return s.swap(ctx, key(k), value(old), value(v), life(ttl))
	}
	h.delete = func(ctx context.Context, k string) error { return s.delete(ctx, key(k)) }
}

func sameText(s string) string                 { return s }
func sameTime(ttl time.Duration) time.Duration { return ttl }

// cut returns at most n bytes of what it is given.
func cut(n int) func(string) string {
	return func(s string) string { return s[:min(n, len(s))] }
}

// A broken store breaks the contract in one way.
type broken struct {
	name      string
	hook      func(s *memkv.Store, h *hooked)
	elsewhere bool     // only the other handle is broken
	fails     []string // patterns: every case that fits one of them fails
}

func (b broken) open() (kv.Store, kv.Store) {
	s := memkv.New()
	h := hook(s)
	b.hook(s, h)
	if b.elsewhere {
		return s, h
	}
	return h, h
}

// pause gives way, so that a step that should be one with the next is seen to be
// two.
func pause() {
	for range 200 {
		runtime.Gosched()
	}
}

var allBroken = []broken{
	{
		name: "Get finds an empty value where nothing is",
		hook: func(s *memkv.Store, h *hooked) {
			h.get = func(ctx context.Context, key string) (string, error) {
				value, err := s.Get(ctx, key)
				if errors.Is(err, session.ErrNotFound) {
					err = nil
				}
				return value, err
			}
		},
		fails: []string{"get/nothing", "delete/removes", "ttl/none"},
	},
	{
		name: "Add without a condition",
		hook: func(s *memkv.Store, h *hooked) {
			h.add = func(ctx context.Context, key, value string, ttl time.Duration) error {
				_ = s.Delete(ctx, key)
				return s.Add(ctx, key, value, ttl)
			}
		},
		fails: []string{"add/again", "add/over", "race/add"},
	},
	{
		name: "Add that keeps nothing",
		hook: func(s *memkv.Store, h *hooked) {
			h.add = func(ctx context.Context, _, _ string, _ time.Duration) error { return ctx.Err() }
		},
		fails: []string{"add/keeps", "handles/add"},
	},
	{
		name: "Swap over anything",
		hook: func(s *memkv.Store, h *hooked) {
			h.swap = func(ctx context.Context, key, _, value string, ttl time.Duration) error {
				is, err := s.Get(ctx, key)
				if err != nil {
					return err
				}
				return s.Swap(ctx, key, is, value, ttl)
			}
		},
		fails: []string{"swap/another", "race/swap"},
	},
	{
		name: "Swap over nothing",
		hook: func(s *memkv.Store, h *hooked) {
			h.swap = func(ctx context.Context, key, old, value string, ttl time.Duration) error {
				err := s.Swap(ctx, key, old, value, ttl)
				if errors.Is(err, session.ErrNotFound) {
					return s.Add(ctx, key, value, ttl)
				}
				return err
			}
		},
		fails: []string{"swap/nothing", "delete/ends", "ttl/ends", "race/swap-or-delete"},
	},
	{
		name: "Swap that keeps the old value",
		hook: func(s *memkv.Store, h *hooked) {
			h.swap = func(ctx context.Context, key, old, _ string, ttl time.Duration) error {
				return s.Swap(ctx, key, old, old, ttl)
			}
		},
		fails: []string{"swap/keeps", "handles/swap"},
	},
	{
		name: "Swap in two steps",
		hook: func(s *memkv.Store, h *hooked) {
			h.swap = func(ctx context.Context, key, old, value string, ttl time.Duration) error {
				if err := s.Swap(ctx, key, old, old, ttl); err != nil {
					return err
				}
				pause()
				_ = s.Delete(ctx, key)
				return s.Add(ctx, key, value, ttl)
			}
		},
		fails: []string{"race/swap", "race/swap-or-delete", "race/counter"},
	},
	{
		name: "Add in two steps",
		hook: func(s *memkv.Store, h *hooked) {
			h.add = func(ctx context.Context, key, value string, ttl time.Duration) error {
				if _, err := s.Get(ctx, key); err == nil {
					return session.ErrConflict
				}
				pause()
				_ = s.Delete(ctx, key)
				return s.Add(ctx, key, value, ttl)
			}
		},
		fails: []string{"race/add"},
	},
	{
		name: "Delete that does nothing",
		hook: func(s *memkv.Store, h *hooked) {
			h.delete = func(ctx context.Context, _ string) error { return ctx.Err() }
		},
		fails: []string{"delete/removes", "handles/delete"},
	},
	{
		name: "Delete that minds",
		hook: func(s *memkv.Store, h *hooked) {
			h.delete = func(ctx context.Context, key string) error {
				if _, err := s.Get(ctx, key); err != nil {
					return err
				}
				return s.Delete(ctx, key)
			}
		},
		fails: []string{"delete/twice"},
	},
	{
		name:  "keys without case",
		hook:  func(_ *memkv.Store, h *hooked) { bend(h, strings.ToLower, sameText, sameTime) },
		fails: []string{"keys/every-byte"},
	},
	{
		name:  "short keys",
		hook:  func(_ *memkv.Store, h *hooked) { bend(h, cut(kv.MaxKey-1), sameText, sameTime) },
		fails: []string{"keys/lengths"},
	},
	{
		name: "an empty value is none",
		hook: func(s *memkv.Store, h *hooked) {
			h.get = func(ctx context.Context, key string) (string, error) {
				value, err := s.Get(ctx, key)
				if value == "" && err == nil {
					err = session.ErrNotFound
				}
				return value, err
			}
		},
		fails: []string{"values/none"},
	},
	{
		name: "values without white space",
		hook: func(_ *memkv.Store, h *hooked) {
			bend(h, sameText, strings.TrimSpace, sameTime)
		},
		fails: []string{"values/binary"},
	},
	{
		name:  "small values",
		hook:  func(_ *memkv.Store, h *hooked) { bend(h, sameText, cut(kv.MaxValue-1), sameTime) },
		fails: []string{"values/largest"},
	},
	{
		name: "half the time",
		hook: func(_ *memkv.Store, h *hooked) {
			bend(h, sameText, sameText, func(ttl time.Duration) time.Duration { return ttl / 2 })
		},
		fails: []string{"ttl/ends"},
	},
	{
		name: "ten times the time",
		hook: func(_ *memkv.Store, h *hooked) {
			bend(h, sameText, sameText, func(ttl time.Duration) time.Duration { return min(ttl, time.Hour) * 10 })
		},
		fails: []string{"ttl/ends"},
	},
	{
		name: "zero is for ever",
		hook: func(_ *memkv.Store, h *hooked) {
			bend(h, sameText, sameText, func(ttl time.Duration) time.Duration {
				if ttl == 0 {
					return time.Hour
				}
				return ttl
			})
		},
		fails: []string{"ttl/none"},
	},
	{
		name: "more than a month is over",
		hook: func(_ *memkv.Store, h *hooked) {
			bend(h, sameText, sameText, func(ttl time.Duration) time.Duration {
				if ttl > 30*24*time.Hour {
					return 0
				}
				return ttl
			})
		},
		fails: []string{"ttl/far"},
	},
	{
		name: "Swap that leaves the time",
		hook: func(s *memkv.Store, h *hooked) {
			lives := map[string]time.Duration{}
			h.add = func(ctx context.Context, key, value string, ttl time.Duration) error {
				lives[key] = ttl
				return s.Add(ctx, key, value, ttl)
			}
			h.swap = func(ctx context.Context, key, old, value string, _ time.Duration) error {
				return s.Swap(ctx, key, old, value, lives[key])
			}
		},
		fails: []string{"ttl/longer"},
	},
	{
		name: "a cache in another process",
		hook: func(s *memkv.Store, h *hooked) {
			type answer struct {
				value string
				err   error
			}
			var mu sync.Mutex
			answers := map[string]answer{}
			h.get = func(ctx context.Context, key string) (string, error) {
				mu.Lock()
				defer mu.Unlock()
				if _, ok := answers[key]; !ok {
					value, err := s.Get(ctx, key)
					answers[key] = answer{value, err}
				}
				return answers[key].value, answers[key].err
			}
		},
		elsewhere: true,
		fails:     []string{"handles/*"},
	},
	{
		name: "no context",
		hook: func(s *memkv.Store, h *hooked) {
			h.get = func(_ context.Context, key string) (string, error) {
				return s.Get(context.Background(), key)
			}
			h.add = func(_ context.Context, key, value string, ttl time.Duration) error {
				return s.Add(context.Background(), key, value, ttl)
			}
			h.swap = func(_ context.Context, key, old, value string, ttl time.Duration) error {
				return s.Swap(context.Background(), key, old, value, ttl)
			}
			h.delete = func(_ context.Context, key string) error {
				return s.Delete(context.Background(), key)
			}
		},
		fails: []string{"context/*"},
	},
	{
		name: "an error that tells the key",
		hook: func(s *memkv.Store, h *hooked) {
			h.get = func(ctx context.Context, key string) (string, error) {
				value, err := s.Get(ctx, key)
				if err != nil {
					err = fmt.Errorf("%q: %w", key, err)
				}
				return value, err
			}
		},
		fails: []string{"errors/secrets"},
	},
	{
		name: "an end that isn't told",
		hook: func(s *memkv.Store, h *hooked) {
			h.until = func(ctx context.Context, key string) (string, time.Time, error) {
				value, err := s.Get(ctx, key)
				return value, time.Time{}, err
			}
		},
		fails: []string{"until/tells"},
	},
	{
		name: "an end for nothing",
		hook: func(s *memkv.Store, h *hooked) {
			h.until = func(ctx context.Context, key string) (string, time.Time, error) {
				value, until, _ := s.GetUntil(ctx, key)
				return value, until, nil
			}
		},
		fails: []string{"until/nothing"},
	},
}

// TestBrokenStoresFail checks that a broken store fails the cases about what is
// broken in it.
func TestBrokenStoresFail(t *testing.T) {
	for _, b := range allBroken {
		t.Run(b.name, func(t *testing.T) {
			t.Parallel()
			for _, tc := range cases() {
				if b.must(tc) && len(inBubble(t, tc, b.open)) == 0 {
					t.Errorf("%s passes", tc.name)
				}
			}
		})
	}
}

func (b broken) must(tc testCase) bool {
	return slices.ContainsFunc(b.fails, func(pattern string) bool {
		ok, _ := path.Match(pattern, tc.name)
		return ok
	})
}

// inBubble runs tc where waiting takes no time.
func inBubble(t *testing.T, tc testCase, open func() (kv.Store, kv.Store)) (seen []string) {
	synctest.Test(t, func(t *testing.T) {
		a, b := open()
		seen = tc.run(t.Context(), &check{a: a, b: b})
	})
	return seen
}

// TestEveryCaseCanFail checks that there is a broken store for every case, and that
// a right one passes.
func TestEveryCaseCanFail(t *testing.T) {
	for _, tc := range cases() {
		if !slices.ContainsFunc(allBroken, func(b broken) bool { return b.must(tc) }) {
			t.Errorf("no broken store fails %s", tc.name)
		}
		seen := inBubble(t, tc, func() (kv.Store, kv.Store) { s := memkv.New(); return s, s })
		if len(seen) > 0 {
			t.Errorf("a right store fails %s: %s", tc.name, seen)
		}
	}
}

// TestEveryPatternFits catches a pattern that is misspelt.
func TestEveryPatternFits(t *testing.T) {
	for _, b := range allBroken {
		for _, pattern := range b.fails {
			only := broken{fails: []string{pattern}}
			if !slices.ContainsFunc(cases(), only.must) {
				t.Errorf("%s: no case is called %s", b.name, pattern)
			}
		}
	}
}

// TestHangingStore checks that the suite gives up on a store that ignores its
// context for good.
func TestHangingStore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		defer close(release)
		h := hook(memkv.New())
		h.get = func(context.Context, string) (string, error) {
			<-release
			return "", nil
		}
		seen := basicCases[0].run(t.Context(), &check{a: h, b: h})
		if len(seen) != 1 || !strings.Contains(seen[0], "not returned") {
			t.Errorf("seen %q", seen)
		}
	})
}
