package session_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/memstore"
)

// A spyStore is a memstore that counts the calls and can be made to fail.
type spyStore struct {
	*memstore.Store
	mu    sync.Mutex
	count map[string]int
	hook  func(call string, key session.Key) error // comes before the call; nil: none
}

func newSpyStore() *spyStore {
	return &spyStore{Store: memstore.New(memstore.Options{}), count: map[string]int{}}
}

func (s *spyStore) called(call string, key session.Key) error {
	s.mu.Lock()
	s.count[call]++
	hook := s.hook
	s.mu.Unlock()
	if hook == nil {
		return nil
	}
	return hook(call, key)
}

// onCall sets the hook.
func (s *spyStore) onCall(hook func(call string, key session.Key) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hook = hook
}

// calls returns how often each of the calls was made since the last time, together; with
// none named, all of them.
func (s *spyStore) calls(names ...string) (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for call, count := range s.count {
		if len(names) == 0 || slices.Contains(names, call) {
			n += count
		}
	}
	clear(s.count)
	return n
}

// writes are all calls that write.
var writes = []string{"create", "update", "delete", "touch", "replace", "delete by subject"}

func (s *spyStore) records(t testing.TB) (all []session.Entry) {
	t.Helper()
	for cursor, more := "", true; more; more = cursor != "" {
		page, next, err := s.List(t.Context(), cursor, 1000)
		if err != nil {
			t.Fatal(err)
		}
		all, cursor = append(all, page...), next
	}
	return all
}

func (s *spyStore) Load(ctx context.Context, key session.Key) (session.Record, error) {
	if err := s.called("load", key); err != nil {
		return session.Record{}, err
	}
	return s.Store.Load(ctx, key)
}

func (s *spyStore) Create(ctx context.Context, key session.Key, rec session.Record) (uint64, error) {
	if err := s.called("create", key); err != nil {
		return 0, err
	}
	return s.Store.Create(ctx, key, rec)
}

func (s *spyStore) Update(ctx context.Context, key session.Key, old, rec session.Record) (uint64, error) {
	if err := s.called("update", key); err != nil {
		return 0, err
	}
	return s.Store.Update(ctx, key, old, rec)
}

func (s *spyStore) Delete(ctx context.Context, key session.Key) error {
	if err := s.called("delete", key); err != nil {
		return err
	}
	return s.Store.Delete(ctx, key)
}

func (s *spyStore) Touch(ctx context.Context, key session.Key, old session.Record, expires time.Time) error {
	if err := s.called("touch", key); err != nil {
		return err
	}
	return s.Store.Touch(ctx, key, old, expires)
}

func (s *spyStore) Replace(ctx context.Context, key session.Key, old, rec session.Record, newKey session.Key, newRec session.Record) (uint64, error) {
	if err := s.called("replace", key); err != nil {
		return 0, err
	}
	return s.Store.Replace(ctx, key, old, rec, newKey, newRec)
}

func (s *spyStore) BySubject(ctx context.Context, subject string) ([]session.Entry, error) {
	if err := s.called("by subject", ""); err != nil {
		return nil, err
	}
	return s.Store.BySubject(ctx, subject)
}

func (s *spyStore) DeleteBySubject(ctx context.Context, subject string, except ...session.Key) (int, error) {
	if err := s.called("delete by subject", ""); err != nil {
		return 0, err
	}
	return s.Store.DeleteBySubject(ctx, subject, except...)
}
