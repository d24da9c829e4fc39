package redisstore

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"time"

	"github.com/redis/rueidis"

	"github.com/coatcheck-go/session"
)

var (
	_ session.Toucher      = (*Store)(nil)
	_ session.SubjectStore = (*Store)(nil)
	_ session.Lister       = (*Store)(nil)
	_ session.Replacer     = (*Store)(nil)
)

// Options are what may differ from one store to the next. The zero value is ready
// to use.
type Options struct {
	// Prefix is what all of the store's keys begin with. Stores of different
	// prefixes on one server don't see each other, if neither prefix begins
	// with the other. Default: "coatcheck:". A [KV] has another one, and may have
	// none, see [NewKV].
	Prefix string

	// Timeout is how long a call may take; a context that ends earlier is
	// obeyed. Calls of several round trips may take as long for each of them.
	// Default: 5 seconds.
	Timeout time.Duration
}

const defaultPrefix = "coatcheck:"

// A Store keeps sessions on one Redis server, perhaps with replicas and Sentinel.
// It implements [session.Store], [session.Toucher], [session.SubjectStore],
// [session.Lister] and [session.Replacer]; their comments are the contract of its
// methods. All methods are safe for concurrent use, in any number of processes.
//
// An error of the client or the server is returned wrapped; after one, it is
// unknown whether a write was done. No write is sent twice.
type Store struct{ records }

// New returns a store that uses client, which the caller has made, and closes when
// the store is not used any more. It doesn't use the server yet: see Check. It
// returns an error if client is nil or one of a cluster (see [NewCluster]), or a
// field of o is negative.
func New(client rueidis.Client, o Options) (*Store, error) {
	r, err := newRecords(client, o)
	if err == nil && client.Mode() == rueidis.ClientModeCluster {
		err = errors.New("the client is one of a cluster: take NewCluster")
	}
	if err != nil {
		return nil, fmt.Errorf("redisstore: new: %w", err)
	}
	r.together = true
	return &Store{r}, nil
}

// records are what the two kinds of stores have in common.
type records struct {
	link
	keys

	together bool // a record and its index can be written by one script
}

func newRecords(client rueidis.Client, o Options) (records, error) {
	l, err := newLink(client, o)
	if o.Prefix == "" {
		o.Prefix = defaultPrefix
	}
	return records{link: l, keys: keys{o.Prefix}}, err
}

var (
	//go:embed script/create.lua
	createText string
	//go:embed script/update.lua
	updateText string

	createScript = newScript(createText)
	updateScript = newScript(updateText)
)

// Load implements [session.Store], by one GET.
func (r *records) Load(ctx context.Context, key session.Key) (session.Record, error) {
	rec, err := read(r.do(ctx, r.get(key)))
	if err != nil {
		return session.Record{}, failure(ctx, "load", err)
	}
	return rec, nil
}

func (r *records) get(key session.Key) rueidis.Completed {
	return r.client.B().Get().Key(r.record(key)).Build()
}

// Create implements [session.Store].
func (r *records) Create(ctx context.Context, key session.Key, rec session.Record) (version uint64, err error) {
	p, err := newRecord(key, rec)
	if err == nil {
		err = r.write(ctx, createScript, p)
	}
	if err != nil {
		return 0, failure(ctx, "create", err)
	}
	return p.version, nil
}

// Update implements [session.Store].
func (r *records) Update(ctx context.Context, key session.Key, old, rec session.Record) (version uint64, err error) {
	p, err := nextRecord(key, old, rec)
	if err == nil {
		err = r.write(ctx, updateScript, p, bytes8(old.Version))
	}
	if err != nil {
		return 0, failure(ctx, "update", err)
	}
	return p.version, nil
}

// Delete implements [session.Store]. The index of the record's subject keeps an entry
// without a record, which does no harm, until the record would have expired.
func (r *records) Delete(ctx context.Context, key session.Key) error {
	if err := r.do(ctx, r.client.B().Unlink().Key(r.record(key)).Build()).Error(); err != nil {
		return failure(ctx, "delete", err)
	}
	return nil
}
