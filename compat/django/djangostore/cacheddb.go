package djangostore

import (
	"context"
	"crypto/rand"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/kv"
)

// CachedDBOptions are what may differ from one [CachedDB] to the next. Encode must be
// set. All processes on a cache should have the same.
type CachedDBOptions struct {
	// Encode returns what Django would put into the cache for a session: the pickle of
	// the dict in payload, which is the text of the table's row, or its JSON. An error
	// is not passed on: the session isn't cached then.
	Encode func(payload string) (cached string, err error)

	// JSON is for a cache whose serializer is django-redis' JSONSerializer.
	JSON bool

	// MaxAge is how long an entry of Go's stays in the cache before it is read anew.
	// It bounds how long an entry can be wrong if a process dies, or Django's fails to
	// write to the cache, between a write to the table and the one to the cache.
	// Default: 10 minutes.
	MaxAge time.Duration

	// Timeout is how long a write may take; its context ends then. To leave the cache in
	// order may take as long again. Default: 10 seconds.
	Timeout time.Duration
}

// A CachedDB is a kv.Store on the sessions of Django's engine "cached_db": the table
// is the truth, and the cache has copies. Values are those of the table.
//
// Django fills the cache with whatever it has read from the table before, and so brings
// sessions back that were ended meanwhile. CachedDB doesn't, and doesn't believe what
// Django has filled in:
//
//   - Each entry of its own has a stamp, hidden so that Django reads the session as
//     ever: the row's text. An entry without a stamp is Django's, and is read from the
//     table again.
//   - A reader that finds no entry, or one of Django's, first puts a lease in its
//     place, which Django reads as None and so as no entry. Then it reads the table,
//     and swaps the lease for a copy. That fails if anybody has written to the entry
//     meanwhile, be it Go or Django, whose every save and delete writes to it. So a
//     fill can't overtake a write.
//   - A writer also puts a lease in the place of whatever is there, writes to the
//     table, and swaps the lease for the new copy. If another has written to the entry
//     meanwhile, the entry is deleted.
//
// A write fails before it has begun if the cache can't be reached; reads go to the table
// then. If it isn't known whether the table has done a write, the lease stays for four times
// the Timeout, and nothing is cached so long.
//
// An entry of Go's is about twice as large as Django's. Whoever writes to the cache can
// change the sessions in it: protect it as the table.
type CachedDB struct {
	cache kv.Store
	table kv.Expirer
	o     CachedDBOptions
	stamp serializer
}

var _ kv.Store = (*CachedDB)(nil)

// NewCachedDB returns the store on a cache, which is a [Cache] with [CachedDBEngine],
// and a table, which is a [Table]. It does no I/O. It returns an error if one of them
// or o.Encode is nil, or a time is negative.
func NewCachedDB(cache kv.Store, table kv.Expirer, o CachedDBOptions) (*CachedDB, error) {
	switch {
	case cache == nil, table == nil, o.Encode == nil:
		return nil, failed("new cached db", errors.New("the cache, the table or CachedDBOptions.Encode is nil"))
	case o.MaxAge < 0, o.Timeout < 0:
		return nil, failed("new cached db", errors.New("a time is negative"))
	}
	if o.MaxAge == 0 {
		o.MaxAge = 10 * time.Minute
	}
	if o.Timeout == 0 {
		o.Timeout = 10 * time.Second
	}
	s := &CachedDB{cache, table, o, pickles}
	if o.JSON {
		s.stamp = texts
	}
	return s, nil
}

// Get implements kv.Store. It returns what the cache has if that is Go's, or else
// what the table has.
func (s *CachedDB) Get(ctx context.Context, key string) (value string, err error) {
	entry, err := s.cache.Get(ctx, key)
	if err == nil {
		if value, ok := s.copied(entry); ok {
			return value, nil
		}
	}
	lease := ""
	if err == nil || errors.Is(err, session.ErrNotFound) {
		lease = s.readerLease(ctx, key, entry, err == nil)
	}
	value, until, err := s.table.GetUntil(ctx, key)
	if lease != "" {
		s.fill(ctx, key, lease, value, until, err)
	}
	return value, failed("cached db: get", err)
}

// readerLease returns the right to fill an entry, "" if there is a lease already, another
// was faster or the cache has failed.
func (s *CachedDB) readerLease(ctx context.Context, key, entry string, there bool) string {
	lease := s.newLease()
	var err error
	if _, leased := s.stamp.reveal(entry); there && leased {
		return ""
	} else if there {
		err = s.cache.Swap(ctx, key, entry, lease, s.o.Timeout)
	} else {
		err = s.cache.Add(ctx, key, lease, s.o.Timeout)
	}
	if err != nil {
		return ""
	}
	return lease
}

// fill puts what was read under a lease in its place. It is no harm if that fails: the
// lease ends by itself.
func (s *CachedDB) fill(ctx context.Context, key, lease, value string, until time.Time, err error) {
	entry, ttl := "", time.Duration(0)
	if err == nil {
		entry, ttl = s.copy(value, time.Until(until))
	}
	_ = s.cache.Swap(ctx, key, lease, entry, ttl)
}

// Add implements kv.Store.
func (s *CachedDB) Add(ctx context.Context, key, value string, ttl time.Duration) error {
	entry, left := s.copy(value, ttl)
	return failed("cached db: add", s.write(ctx, key, entry, left, func(ctx context.Context) error {
		return s.table.Add(ctx, key, value, ttl)
	}))
}

// Swap implements kv.Store.
func (s *CachedDB) Swap(ctx context.Context, key, old, value string, ttl time.Duration) error {
	entry, left := s.copy(value, ttl)
	return failed("cached db: swap", s.write(ctx, key, entry, left, func(ctx context.Context) error {
		return s.table.Swap(ctx, key, old, value, ttl)
	}))
}

// Delete implements kv.Store.
func (s *CachedDB) Delete(ctx context.Context, key string) error {
	return failed("cached db: delete", s.write(ctx, key, "", 0, func(ctx context.Context) error {
		return s.table.Delete(ctx, key)
	}))
}

// write puts a lease into the entry, lets do write to the table, and puts the entry that
// is right after that in the lease's place, also when the context is done.
func (s *CachedDB) write(ctx context.Context, key, entry string, ttl time.Duration, do func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, s.o.Timeout)
	defer cancel()
	lease, err := s.writerLease(ctx, key)
	if err != nil {
		return err
	}
	err = do(ctx)
	switch {
	case err != nil && !undone(err):
		return err // it may still happen, so the lease stays
	case err != nil:
		entry, ttl = "", 0
	}
	late, cancelLate := context.WithTimeout(context.WithoutCancel(ctx), s.o.Timeout)
	defer cancelLate()
	return errors.Join(err, s.settle(late, key, lease, entry, ttl))
}

// undone tells whether a write that returned err has changed nothing.
func undone(err error) bool {
	return errors.Is(err, session.ErrNotFound) || errors.Is(err, session.ErrConflict) || errors.Is(err, session.ErrBroken)
}

// writerLease puts a lease in the place of whatever is in the entry.
func (s *CachedDB) writerLease(ctx context.Context, key string) (lease string, err error) {
	lease = s.newLease()
	for {
		entry, err := s.cache.Get(ctx, key)
		if err == nil {
			err = s.cache.Swap(ctx, key, entry, lease, 4*s.o.Timeout)
		} else if errors.Is(err, session.ErrNotFound) {
			err = s.cache.Add(ctx, key, lease, 4*s.o.Timeout)
		}
		if !overtaken(err) {
			return lease, err
		}
	}
}

// settle puts an entry in the place of a lease. If another has written there since, it
// isn't known whose is right, and there is none.
func (s *CachedDB) settle(ctx context.Context, key, lease, entry string, ttl time.Duration) error {
	err := s.cache.Swap(ctx, key, lease, entry, ttl)
	if overtaken(err) {
		err = s.cache.Delete(ctx, key)
	}
	return err
}

// overtaken tells whether a write to the cache failed since another was faster.
func overtaken(err error) bool {
	return errors.Is(err, session.ErrConflict) || errors.Is(err, session.ErrNotFound)
}

const (
	leaseTag = "lease "
	copyTag  = "copy "
)

func (s *CachedDB) newLease() string { return s.stamp.hide(leaseTag+rand.Text(), s.stamp.none) }

// copy returns the entry for a value that lives for left, and how long it stays: "" and
// 0 if there can be none.
func (s *CachedDB) copy(value string, left time.Duration) (entry string, ttl time.Duration) {
	visible, err := s.o.Encode(value)
	if err != nil || left <= 0 {
		return "", 0
	}
	until := strconv.FormatInt(time.Now().Add(left).UnixMilli(), 10)
	entry = s.stamp.hide(copyTag+until+" "+value, visible)
	if len(entry) > kv.MaxValue {
		return "", 0
	}
	return entry, min(left, s.o.MaxAge)
}

// copied returns the value of which entry is a copy, if its time isn't over: a server may
// keep an entry a little longer.
func (s *CachedDB) copied(entry string) (value string, ok bool) {
	stamp, _ := s.stamp.reveal(entry)
	rest, ok := strings.CutPrefix(stamp, copyTag)
	until, value, _ := strings.Cut(rest, " ")
	ms, err := strconv.ParseInt(until, 10, 64)
	return value, ok && err == nil && time.Now().UnixMilli() < ms
}
