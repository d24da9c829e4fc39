package cached

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/kv"
)

var (
	_ session.Toucher      = (*Store)(nil)
	_ session.Sweeper      = (*Store)(nil)
	_ session.SubjectStore = (*Store)(nil)
	_ session.Lister       = (*Store)(nil)
	_ session.Replacer     = (*Store)(nil)
)

// Options are what may differ from one [Store] to the next. All processes that
// share a cache must have the same. The zero value is ready to use.
type Options struct {
	// Prefix begins the name of every entry in the cache: up to 64 bytes of
	// visible ASCII. Default: "coatcheck:".
	Prefix string

	// MaxAge is how long a copy stays in the cache before it is read anew. It
	// also bounds how long a copy can be wrong if two things fail at once (see
	// the package's comment). Default: 10 minutes.
	MaxAge time.Duration

	// Timeout is how long a write may take; its context ends then. To leave the
	// cache in order may take as long again, also when the caller's context is
	// done. If a write fails and it isn't known whether it was done, the record
	// isn't cached for four times as long. Default: 10 seconds.
	Timeout time.Duration
}

const maxPrefix = 64

var (
	errMissing = errors.New("the cache or the store behind it is nil")
	errPrefix  = errors.New("the prefix is not up to 64 bytes of visible ASCII")
	errTime    = errors.New("a time is negative")
)

// A Store is a session store with a shared cache before it. It implements
// [session.Store] and all abilities; those that the store behind it lacks return
// errors.ErrUnsupported. All methods are safe for concurrent use, in any number of
// processes.
//
// A Load that the cache can't answer is answered by the store behind it, so its
// errors are that store's. A write fails if the cache can't be reached: the cache's
// error is wrapped, and the store behind it may have done the write only if the
// cache failed after the write began.
type Store struct {
	cache kv.Store
	truth session.Store
	o     Options
}

// New returns a store that keeps sessions in truth and copies of them in cache. It
// uses neither yet. It returns an error if one of them is nil, or an option isn't as
// its comment says. Whatever else writes to truth must do so through a Store with
// the same cache and Options; only Sweep may pass it by.
func New(cache kv.Store, truth session.Store, o Options) (*Store, error) {
	if o.Prefix == "" {
		o.Prefix = "coatcheck:"
	}
	if o.MaxAge == 0 {
		o.MaxAge = 10 * time.Minute
	}
	if o.Timeout == 0 {
		o.Timeout = 10 * time.Second
	}
	visible := func(r rune) bool { return r > ' ' && r <= '~' }
	var err error
	switch {
	case cache == nil, truth == nil:
		err = errMissing
	case len(o.Prefix) > maxPrefix, strings.TrimFunc(o.Prefix, visible) != "":
		err = errPrefix
	case o.MaxAge < 0, o.Timeout < 0:
		err = errTime
	}
	if err != nil {
		return nil, fmt.Errorf("cached: new: %w", err)
	}
	return &Store{cache: cache, truth: truth, o: o}, nil
}

// record is the name of the entry for a record. A foreign format's key is the
// visitor's token, so that it is hashed.
func (s *Store) record(key session.Key) string { return s.name("record ", string(key)) }

// subject is the name of the entry that says that subject's records are being
// deleted.
func (s *Store) subject(subject string) string { return s.name("subject ", subject) }

func (s *Store) name(kind, text string) string {
	sum := sha256.Sum256([]byte(kind + text))
	return s.o.Prefix + base64.RawURLEncoding.EncodeToString(sum[:])
}

// patience is how long a mark stays that nobody takes away. A record's mark must
// outlast a write, which ends after one Timeout; the rest is for a database that
// does it later than its client has given up. A subject's mark must outlast the
// deletion, then the rest of a write that came to the truth just before it, and then
// that this writer takes his own mark away: one Timeout each.
func (s *Store) patience() time.Duration { return 4 * s.o.Timeout }

// nonce returns a text that is never used again.
func nonce() string { return rand.Text() }

// change puts what next makes of an entry in its place; next gets and returns ""
// for no entry. When another was faster, next is asked again.
func (s *Store) change(ctx context.Context, name string, next func(is string) (string, time.Duration)) error {
	for {
		is, err := s.cache.Get(ctx, name)
		there := err == nil
		if !there && !errors.Is(err, session.ErrNotFound) {
			return err
		}
		switch value, ttl := next(is); {
		case there:
			err = s.cache.Swap(ctx, name, is, value, ttl)
		case value != "":
			err = s.cache.Add(ctx, name, value, ttl)
		default:
			return nil
		}
		if !overtaken(err) {
			return err
		}
	}
}

// overtaken tells whether a write to the cache failed since another was faster.
func overtaken(err error) bool {
	return errors.Is(err, session.ErrConflict) || errors.Is(err, session.ErrNotFound)
}

// failure adds to an error what was being done.
func failure(act string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("cached: %s: %w", act, err)
}
