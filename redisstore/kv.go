package redisstore

import (
	"context"
	_ "embed"
	"fmt"
	"time"

	"github.com/redis/rueidis"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/kv"
)

var _ kv.Store = (*KV)(nil)

var (
	//go:embed script/swap.lua
	swapText string

	swapScript = newScript(swapText)
)

const noPrefix = "-"

// A KV is a [kv.Store] on Redis, whether one server or a cluster: each value is a
// Redis string under its key. Get is a GET, GetUntil a PTTL and a GET sent together, Add
// a SET NX PX, Swap a script and Delete an UNLINK: one round trip each. The time to live is exact to the millisecond, and rounded up. All
// methods are safe for concurrent use. Errors of the client or the server are
// returned wrapped; after one, it is unknown whether a write was done.
type KV struct {
	link
	prefix string
}

// NewKV returns a KV that uses client, which the caller has made and closes. Its keys
// begin with o.Prefix, by default "coatcheck:kv:"; "-" is for none, where the keys are
// those of another program. It returns an error if client is nil or o.Timeout negative.
func NewKV(client rueidis.Client, o Options) (*KV, error) {
	l, err := newLink(client, o)
	if err != nil {
		return nil, fmt.Errorf("redisstore: new KV: %w", err)
	}
	switch o.Prefix {
	case "":
		o.Prefix = defaultPrefix + "kv:"
	case noPrefix:
		o.Prefix = ""
	}
	return &KV{l, o.Prefix}, nil
}

// Get implements [kv.Store].
func (s *KV) Get(ctx context.Context, key string) (value string, err error) {
	value, err = s.do(ctx, s.client.B().Get().Key(s.prefix+key).Build()).ToString()
	if rueidis.IsRedisNil(err) {
		err = session.ErrNotFound
	}
	if err != nil {
		return "", failure(ctx, "get", err)
	}
	return value, nil
}

// GetUntil is Get, and tells when the value's time is over: to the millisecond, less
// what the way to the server takes. Zero: it is kept for ever, as another program may
// have set it. Of a value that is swapped at that moment it may be the time before.
func (s *KV) GetUntil(ctx context.Context, key string) (value string, until time.Time, err error) {
	asked := time.Now()
	left, value, err := s.getLeft(ctx, s.prefix+key)
	if err != nil {
		return "", time.Time{}, failure(ctx, "get", err)
	}
	if left != forEver {
		until = asked.Add(time.Duration(left) * time.Millisecond)
	}
	return value, until, nil
}

// What PTTL answers instead of milliseconds.
const (
	forEver = -1
	nothing = -2
)

func (s *KV) getLeft(ctx context.Context, name string) (left int64, value string, err error) {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	b := s.client.B()
	answers := s.client.DoMulti(ctx, b.Pttl().Key(name).Build(), b.Get().Key(name).Build())
	if left, err = answers[0].AsInt64(); err == nil {
		value, err = answers[1].ToString()
	}
	if left == nothing || rueidis.IsRedisNil(err) {
		err = session.ErrNotFound
	}
	return left, value, err
}

// Add implements [kv.Store].
func (s *KV) Add(ctx context.Context, key, value string, ttl time.Duration) error {
	if ttl <= 0 {
		return s.addNothing(ctx, key)
	}
	set := s.client.B().Set().Key(s.prefix + key).Value(value).Nx().PxMilliseconds(milliseconds(ttl)).Build()
	err := s.do(ctx, set).Error()
	if rueidis.IsRedisNil(err) {
		err = session.ErrConflict
	}
	if err != nil {
		return failure(ctx, "add", err)
	}
	return nil
}

// addNothing is an Add of a value whose time is over at once.
func (s *KV) addNothing(ctx context.Context, key string) error {
	n, err := s.do(ctx, s.client.B().Exists().Key(s.prefix+key).Build()).AsInt64()
	if err == nil && n > 0 {
		err = session.ErrConflict
	}
	if err != nil {
		return failure(ctx, "add", err)
	}
	return nil
}

// Swap implements [kv.Store].
func (s *KV) Swap(ctx context.Context, key, old, value string, ttl time.Duration) error {
	args := []string{old, value, decimal(milliseconds(ttl))}
	if err := s.run(ctx, swapScript, []string{s.prefix + key}, args); err != nil {
		return failure(ctx, "swap", err)
	}
	return nil
}

// Delete implements [kv.Store].
func (s *KV) Delete(ctx context.Context, key string) error {
	if err := s.do(ctx, s.client.B().Unlink().Key(s.prefix+key).Build()).Error(); err != nil {
		return failure(ctx, "delete", err)
	}
	return nil
}

// milliseconds rounds up, and takes less than nothing for nothing.
func milliseconds(d time.Duration) int64 {
	ms := max(0, d.Milliseconds())
	if d%time.Millisecond > 0 {
		ms++
	}
	return ms
}
