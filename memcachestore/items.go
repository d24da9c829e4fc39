package memcachestore

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"syscall"

	"github.com/bradfitz/gomemcache/memcache"

	"github.com/coatcheck-go/session"
)

// Options are what may differ from one store to the next. The zero value is ready
// to use.
type Options struct {
	// Prefix begins the name of every item: up to 64 bytes of visible ASCII.
	// It keeps applications apart that share servers. Default: none.
	Prefix string

	// Flags are those of new items, for values that programs in other languages
	// read: by them, Python's clients (pymemcache, pylibmc, python-memcached) tell what a
	// value is, and 1 is a pickle. An item that is there keeps its own. Default: 0.
	Flags uint32

	// MaxRequests is how many requests to servers run at once; others wait for
	// their turn, as long as their context lets them. The client opens a connection
	// for each, and a server takes 1,024 from all processes (memcached -c).
	// Default: 256.
	MaxRequests int
}

const (
	maxPrefix          = 64
	defaultMaxRequests = 256
)

var (
	errNoClient = errors.New("no client")
	errPrefix   = errors.New("the prefix is not up to 64 bytes of visible ASCII")
	errRequests = errors.New("MaxRequests is negative")
	errTooLarge = errors.New("larger than the server takes (memcached -I)")
	errMemory   = errors.New("the server is out of memory (memcached -m)")
	errTooMany  = errors.New("the server has too many connections (memcached -c)")
	errReply    = errors.New("a reply that makes no sense")
)

// items are those on the servers whose names begin with prefix. Its methods are
// single requests, with the sentinels of package session.
type items struct {
	client *memcache.Client
	prefix string
	flags  uint32
	turns  chan struct{} // holds one for each request under way
}

func newItems(client *memcache.Client, o Options) (items, error) {
	visible := func(r rune) bool { return r > ' ' && r <= '~' }
	switch {
	case client == nil:
		return items{}, errNoClient
	case len(o.Prefix) > maxPrefix, strings.TrimFunc(o.Prefix, visible) != "":
		return items{}, errPrefix
	case o.MaxRequests < 0:
		return items{}, errRequests
	}
	turns := make(chan struct{}, cmp.Or(o.MaxRequests, defaultMaxRequests))
	return items{client: client, prefix: o.Prefix, flags: o.Flags, turns: turns}, nil
}

// get returns an item. session.ErrNotFound: there is none.
func (s items) get(ctx context.Context, name string) (item *memcache.Item, err error) {
	err = s.twice(ctx, func() (err error) {
		item, err = s.client.Get(s.prefix + name)
		return err
	})
	if err == nil && item.Key != s.prefix+name {
		err = errReply
	}
	return item, err
}

// add writes an item. session.ErrConflict: there is one already.
func (s items) add(ctx context.Context, name string, value []byte, expiration int32) error {
	item := &memcache.Item{Key: s.prefix + name, Value: value, Flags: s.flags, Expiration: expiration}
	return s.once(ctx, func() error { return s.client.Add(item) })
}

// put writes over the item that get returned. changed tells from its error that
// it is not that item any more.
func (s items) put(ctx context.Context, was *memcache.Item, value []byte, expiration int32) error {
	item := *was
	item.Value, item.Expiration = value, expiration
	return s.once(ctx, func() error { return s.client.CompareAndSwap(&item) })
}

// remove deletes an item, if there is one.
func (s items) remove(ctx context.Context, name string) error {
	err := s.twice(ctx, func() error { return s.client.Delete(s.prefix + name) })
	if errors.Is(err, session.ErrNotFound) {
		return nil
	}
	return err
}

// changed tells whether a put came too late: it's worth a look what is there now.
func changed(err error) bool {
	return errors.Is(err, session.ErrConflict) || errors.Is(err, session.ErrNotFound)
}

// once makes a request when it is its turn, unless ctx is done.
func (s items) once(ctx context.Context, request func() error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case s.turns <- struct{}{}:
		defer func() { <-s.turns }()
	case <-ctx.Done():
		return ctx.Err()
	}
	return translate(request())
}

// twice makes a request that does no harm if it is made again. When the
// connection was cut, the idle ones will be so, too: they are dropped, so that the
// second try has a new one.
func (s items) twice(ctx context.Context, request func() error) error {
	err := s.once(ctx, request)
	if !cut(err) {
		return err
	}
	_ = s.client.Close() // what can't be closed is gone as well
	return s.once(ctx, request)
}

// cut tells whether a server has ended a connection, as it does when it restarts.
func cut(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}

// translate returns the client's error with the sentinels of package session. The
// client quotes replies that it doesn't expect; they may hold anything, so only
// those that are known are told.
func translate(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, memcache.ErrCacheMiss):
		return session.ErrNotFound
	case errors.Is(err, memcache.ErrNotStored), errors.Is(err, memcache.ErrCASConflict):
		return session.ErrConflict
	case !strings.HasPrefix(err.Error(), "memcache: unexpected"):
		return err
	case strings.Contains(err.Error(), `"SERVER_ERROR object too large`):
		return errTooLarge
	case strings.Contains(err.Error(), `"SERVER_ERROR out of memory`):
		return errMemory
	case strings.Contains(err.Error(), `"ERROR Too many open connections`):
		return errTooMany
	}
	return errReply
}

// failure adds to an error what was being done, and the error of a context that is
// done: the client knows of none.
func failure(ctx context.Context, act string, err error) error {
	if done := ctx.Err(); done != nil && !errors.Is(err, done) {
		err = fmt.Errorf("%w: %w", done, err)
	}
	return fmt.Errorf("memcachestore: %s: %w", act, err)
}
