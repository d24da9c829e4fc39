package memstore

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coatcheck-go/session"
)

// A model is what a store must look like from outside: a map, and nothing more.
type model struct {
	t       *testing.T
	r       *rand.Rand
	s       *Store
	records map[session.Key]session.Record
}

// TestModel does a long run of random calls on a store and on a map, and
// compares every answer.
func TestModel(t *testing.T) {
	for seed := range uint64(8) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := &model{
					t: t, r: rand.New(rand.NewPCG(seed, 0)), s: New(Options{}),
					records: map[session.Key]session.Record{},
				}
				for range 4000 {
					m.step()
				}
				m.compareAll()
			})
		})
	}
}

func (m *model) step() {
	acts := []func(session.Key){m.create, m.create, m.update, m.update, m.touch, m.replace, m.delete, m.load}
	acts[m.r.IntN(len(acts))](m.key())
	switch m.r.IntN(400) {
	case 0:
		m.sweep()
	case 1:
		m.deleteBySubject()
	case 2:
		m.compareAll()
	}
	time.Sleep(time.Duration(m.r.IntN(20)) * time.Millisecond)
	for key, rec := range m.records {
		if !rec.Expires.After(time.Now()) {
			delete(m.records, key)
		}
	}
}

// key is one of a few, of lengths from none to longer than a hash.
func (m *model) key() session.Key {
	n := m.r.IntN(200)
	return session.Key(strings.Repeat(string(rune('a'+n%26)), n/4))
}

func (m *model) subject() string { return []string{"", "ann", "bob"}[m.r.IntN(3)] }

func (m *model) record() session.Record {
	size := m.r.IntN(300)
	if m.r.IntN(20) == 0 {
		size = m.r.IntN(3 * segmentLen)
	}
	return session.Record{
		Data:    strings.Repeat(string(rune('A'+m.r.IntN(26))), size),
		Subject: m.subject(),
		Expires: time.Now().Add(time.Duration(m.r.IntN(5000)) * time.Millisecond),
	}
}

// read returns what the caller of a write has read: mostly what is there.
func (m *model) read(key session.Key) session.Record {
	rec := m.records[key]
	if m.r.IntN(10) == 0 {
		rec.Version--
	}
	return rec
}

// want returns the error that a write over old has to give.
func (m *model) want(key session.Key, old session.Record) error {
	switch rec, ok := m.records[key]; {
	case !ok:
		return session.ErrNotFound
	case rec.Version != old.Version:
		return session.ErrConflict
	}
	return nil
}

func (m *model) expect(what string, err, want error) {
	m.t.Helper()
	if !errors.Is(err, want) {
		m.t.Fatalf("%s: %v, want %v", what, err, want)
	}
}

func (m *model) put(key session.Key, rec session.Record, version uint64) {
	rec.Version = version
	m.records[key] = rec
}

func (m *model) create(key session.Key) {
	rec := m.record()
	version, err := m.s.Create(m.t.Context(), key, rec)
	if _, ok := m.records[key]; ok {
		m.expect("create", err, session.ErrConflict)
		return
	}
	m.expect("create", err, nil)
	m.put(key, rec, version)
}

func (m *model) update(key session.Key) {
	old, rec := m.read(key), m.record()
	version, err := m.s.Update(m.t.Context(), key, old, rec)
	want := m.want(key, old)
	m.expect("update", err, want)
	if want == nil {
		m.put(key, rec, version)
	}
}

func (m *model) touch(key session.Key) {
	old, expires := m.read(key), m.record().Expires
	want := m.want(key, old)
	m.expect("touch", m.s.Touch(m.t.Context(), key, old, expires), want)
	if want == nil {
		rec := m.records[key]
		rec.Expires = expires
		m.records[key] = rec
	}
}

func (m *model) replace(key session.Key) {
	newKey, old, rec, newRec := m.key(), m.read(key), m.record(), m.record()
	version, err := m.s.Replace(m.t.Context(), key, old, rec, newKey, newRec)
	want := m.want(key, old)
	if _, ok := m.records[newKey]; ok && want == nil {
		want = session.ErrConflict
	}
	m.expect("replace", err, want)
	if want != nil {
		return
	}
	m.put(newKey, newRec, version)
	after, err := m.s.Load(m.t.Context(), key)
	if rec.Expires.After(time.Now()) {
		m.expect("load after replace", err, nil)
	}
	m.put(key, rec, after.Version)
}

func (m *model) delete(key session.Key) {
	m.expect("delete", m.s.Delete(m.t.Context(), key), nil)
	delete(m.records, key)
}

func (m *model) load(key session.Key) {
	got, err := m.s.Load(m.t.Context(), key)
	rec, ok := m.records[key]
	if !ok {
		m.expect("load", err, session.ErrNotFound)
		return
	}
	m.expect("load", err, nil)
	m.same("load", got, rec)
}

func (m *model) same(what string, got, want session.Record) {
	m.t.Helper()
	if got.Data != want.Data || got.Subject != want.Subject || got.Version != want.Version || !got.Expires.Equal(want.Expires) {
		m.t.Fatalf("%s: record %d of %q, %d bytes until %v; want %d of %q, %d bytes until %v", what,
			got.Version, got.Subject, len(got.Data), got.Expires, want.Version, want.Subject, len(want.Data), want.Expires)
	}
}

func (m *model) sweep() {
	if _, err := m.s.Sweep(m.t.Context(), 1<<30); err != nil {
		m.t.Fatal(err)
	}
	if got := count(m.s); got != len(m.records) {
		m.t.Fatalf("%d entries after a sweep, want %d", got, len(m.records))
	}
}

func (m *model) deleteBySubject() {
	subject, spared := "ann", m.key()
	deleted, err := m.s.DeleteBySubject(m.t.Context(), subject, spared)
	m.expect("delete by subject", err, nil)
	for key, rec := range m.records {
		if rec.Subject == subject && key != spared {
			delete(m.records, key)
			deleted--
		}
	}
	if deleted != 0 {
		m.t.Fatalf("delete by subject: %d too many", deleted)
	}
}

// compareAll compares all that the store can show with the model.
func (m *model) compareAll() {
	verify(m.t, m.s)
	var listed []session.Entry
	for cursor, more := "", true; more; more = cursor != "" {
		page, next, err := m.s.List(m.t.Context(), cursor, 7)
		m.expect("list", err, nil)
		listed, cursor = append(listed, page...), next
	}
	m.compare("list", listed, func(string) bool { return true })
	for _, subject := range []string{"ann", "bob"} {
		found, err := m.s.BySubject(m.t.Context(), subject)
		m.expect("by subject", err, nil)
		m.compare("by subject", found, func(s string) bool { return s == subject })
	}
}

func (m *model) compare(what string, got []session.Entry, in func(subject string) bool) {
	m.t.Helper()
	want := 0
	for _, rec := range m.records {
		if in(rec.Subject) {
			want++
		}
	}
	if len(got) != want {
		m.t.Fatalf("%s: %d records, want %d", what, len(got), want)
	}
	seen := map[session.Key]bool{}
	for _, e := range got {
		m.same(what, e.Record, m.records[e.Key])
		seen[e.Key] = true
	}
	if len(seen) != want {
		m.t.Fatalf("%s: %d different keys, want %d", what, len(seen), want)
	}
}
