package redisstore

import (
	"context"
	_ "embed"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"github.com/redis/rueidis"

	"github.com/coatcheck-go/session"
)

// keys are the names under which Redis keeps a store's records and indexes.
type keys struct{ prefix string }

func (k keys) stem() string                  { return k.prefix + "s:" }
func (k keys) record(key session.Key) string { return k.stem() + string(key) }
func (k keys) index(subject string) string   { return k.prefix + "by:" + subject }

// A pending record is one that is about to be written.
type pending struct {
	key     session.Key
	subject string
	version uint64
	value   string // empty: its time is over
	expires int64
}

// newRecord begins at a random version, so that none comes again when the key was
// deleted and is created anew.
func newRecord(key session.Key, rec session.Record) (pending, error) {
	return newPending(key, rec, rand.Uint64())
}

func nextRecord(key session.Key, old, rec session.Record) (pending, error) {
	return newPending(key, rec, old.Version+1)
}

func newPending(key session.Key, rec session.Record, version uint64) (p pending, err error) {
	p = pending{key: key, subject: rec.Subject, version: version, expires: rec.Expires.UnixMilli()}
	if p.expires > now() {
		p.value, err = encode(rec, version)
	}
	return p, err
}

// write runs a script that writes p, after the arguments in before. A record is never
// without its entry in the index: that is made before it or with it.
func (r *records) write(ctx context.Context, script *rueidis.Lua, p pending, before ...string) error {
	if !r.together && p.subject != "" && p.value != "" {
		entry := []string{decimal(p.expires), string(p.key)}
		if err := r.run(ctx, enterScript, []string{r.index(p.subject)}, entry); err != nil {
			return err
		}
	}
	keys, args := r.targets(p)
	return r.run(ctx, script, keys, append(before, args...))
}

// targets returns what a script that writes p is given for it: the keys, and as
// arguments the value, its expiry and the entry in the index. An empty entry says
// that there is none to make: the record is nobody's, or the index on another server.
func (r *records) targets(p pending) (keys, args []string) {
	keys, args = []string{r.record(p.key)}, []string{p.value, decimal(p.expires), ""}
	if r.together {
		keys = append(keys, r.index(p.subject))
	}
	if r.together && p.subject != "" {
		args[2] = string(p.key)
	}
	return keys, args
}

var (
	//go:embed script/enter.lua
	enterText string

	enterScript = newScript(enterText)
)

// read reads the answer to a GET. A key of another type is no record that can be read.
func read(result rueidis.RedisResult) (session.Record, error) {
	value, err := result.ToString()
	switch {
	case rueidis.IsRedisNil(err):
		return session.Record{}, session.ErrNotFound
	case err != nil && strings.HasPrefix(err.Error(), "WRONGTYPE"):
		return session.Record{}, session.ErrBroken
	case err != nil:
		return session.Record{}, err
	}
	return decode(value)
}

func now() int64 { return time.Now().UnixMilli() }

func decimal(n int64) string { return strconv.FormatInt(n, 10) }
