package djangostore

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
	compat "github.com/coatcheck-go/session/compat/django/djangostore"
	"github.com/coatcheck-go/session/kv"
)

// An interrupted store calls meanwhile once, before its next Swap. By then the session has
// been read, and what is to be written is made of that.
type interrupted struct {
	kv.Store

	meanwhile func()
}

func (s *interrupted) Swap(ctx context.Context, key, old, value string, ttl time.Duration) error {
	if f := s.meanwhile; f != nil {
		s.meanwhile = nil
		f()
	}
	return s.Store.Swap(ctx, key, old, value, ttl)
}

// opened is the session as a request to Go has read it.
func (p pair) opened(t *testing.T, store kv.Store, key string) *session.Session {
	t.Helper()
	p.store = store
	s, err := p.manager(t).Open(t.Context(), session.Token(key))
	check(t, err)
	_, err = s.Items()
	check(t, err)
	return s
}

// others are who may do something to a session while a request of Go's saves it.
var others = map[string]map[string]func(t *testing.T, p pair, key string){
	"changes": {
		"Go":     func(t *testing.T, p pair, key string) { t.Helper(); p.act(t, key, set("theirs")) },
		"Django": func(t *testing.T, p pair, key string) { t.Helper(); p.app.put(key, "theirs", 1) },
	},
	"ends": {
		"Go":     func(t *testing.T, p pair, key string) { t.Helper(); p.act(t, key, (*session.Session).Destroy) },
		"Django": func(t *testing.T, p pair, key string) { t.Helper(); p.app.end(key) },
	},
	"rotates": {
		"Go":     func(t *testing.T, p pair, key string) { t.Helper(); p.act(t, key, (*session.Session).Rotate) },
		"Django": func(t *testing.T, p pair, key string) { t.Helper(); p.app.do("cycle", map[string]any{"key": key}) },
	},
}

// A request of Go's saves a session that another one, of Go's or Django's, has changed since
// it was read: both changes are kept. If it was ended or has got another key, the save fails,
// and nothing comes back.
func TestOthersWhileGoSaves(t *testing.T) {
	eachPair(t, kinds, func(t *testing.T, p pair) {
		for what, by := range others {
			for who, act := range by {
				key := p.app.fill(1).Key
				store := &interrupted{p.store, func() { act(t, p, key) }}
				s := p.opened(t, store, key)
				check(t, s.Set("mine", 1))
				err := s.Save()
				if store.meanwhile != nil {
					t.Fatal("nothing was swapped")
				}
				if what != "changes" {
					if !errors.Is(err, session.ErrEnded) {
						t.Errorf("%s %s it: %v, want ErrEnded", who, what, err)
					}
					p.nowhere(t, key)
					continue
				}
				got := p.app.look(key).Dict
				if err != nil || !strings.Contains(got, "'mine':int1") || !strings.Contains(got, "'theirs':int1") {
					t.Errorf("%s %s it: %v, %.300s", who, what, err, got)
				}
				p.same(t, "Go sees the same", p.app.parse(p.get(t, key)), got)
			}
		}
	})
}

// A hooked table calls read after each read, and meanwhile before each Swap.
type hooked struct {
	*compat.Table

	read, meanwhile func()
}

func (h hooked) GetUntil(ctx context.Context, key string) (string, time.Time, error) {
	value, until, err := h.Table.GetUntil(ctx, key)
	if h.read != nil {
		h.read()
	}
	return value, until, err
}

func (h hooked) Swap(ctx context.Context, key, old, value string, ttl time.Duration) error {
	if h.meanwhile != nil {
		h.meanwhile()
	}
	return h.Table.Swap(ctx, key, old, value, ttl)
}

// with is the pair's store over a table with these hooks.
func (p pair) with(t *testing.T, h hooked) kv.Store {
	t.Helper()
	table, err := compat.NewTable(databases[p.kind.database], compat.TableOptions{Dialect: dialects[p.kind.database]})
	check(t, err)
	h.Table = table
	return p.kind.cachedDB(t, h)
}

// With cached_db, a reader of Go's misses the cache, and has read the table when the session
// is changed or ended, by Go or Django. It fills in nothing that is no longer so.
func TestOthersWhileGoFills(t *testing.T) {
	eachPair(t, some("cached_db"), func(t *testing.T, p pair) {
		for what, by := range others {
			for who, act := range by {
				key := p.app.fill(1).Key
				p.app.do("forget", map[string]any{"key": key})
				_, err := p.with(t, hooked{read: func() { act(t, p, key) }}).Get(t.Context(), key)
				check(t, err)
				if what != "changes" {
					p.nowhere(t, key)
				} else if got := p.app.look(key).Dict; !strings.Contains(got, "'theirs':int1") {
					t.Errorf("%s %s it, and Django sees %.300s", who, what, got)
				}
			}
		}
	})
}

// While Go writes, Django reads what the table has, and what it fills in meanwhile doesn't
// stay.
func TestDjangoReadsWhileGoWrites(t *testing.T) {
	eachPair(t, some("cached_db"), func(t *testing.T, p pair) {
		first, second := p.app.fill(1), p.app.make(2)
		store := p.with(t, hooked{meanwhile: func() {
			p.sees(t, "Django reads meanwhile", first.Key, first.Dict)
		}})
		check(t, store.Swap(t.Context(), first.Key, p.get(t, first.Key), second.Payload, week))
		p.sees(t, "Django reads what Go wrote", first.Key, second.Dict)
		p.same(t, "and so does Go", p.get(t, first.Key), second.Payload)
	})
}
