package redisstore

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/redis/rueidis"

	"github.com/coatcheck-go/session"
)

// Check tries all that the store does, on a record of its own that it takes away
// again, so that a program that starts learns at once what is wrong: the server isn't
// there, the password is wrong, the user lacks rights (see the package's comment), it
// is a replica, or its memory is full. The error says what to look at, and wraps what
// the server has said.
func (r *records) Check(ctx context.Context) error {
	for _, try := range []func(context.Context) error{r.ping, r.tryRecord, r.tryList} {
		if err := try(ctx); err != nil {
			return failure(ctx, "check", explain(err))
		}
	}
	return nil
}

func (r *records) ping(ctx context.Context) error {
	return r.do(ctx, r.client.B().Ping().Build()).Error()
}

// tryRecord uses a key and a subject that nobody else has.
func (r *records) tryRecord(ctx context.Context) (err error) {
	key, rec := session.Key(rand.Text()), session.Record{Subject: rand.Text(), Expires: time.Now().Add(time.Minute)}
	if rec.Version, err = r.Create(ctx, key, rec); err != nil {
		return err
	}
	for _, try := range []func() error{
		func() error { return r.Touch(ctx, key, rec, rec.Expires) },
		func() error { _, err := r.Load(ctx, key); return err },
		func() error { _, err := r.BySubject(ctx, rec.Subject); return err },
	} {
		err = errors.Join(err, try())
	}
	return errors.Join(err, r.Delete(ctx, key))
}

func (r *records) tryList(ctx context.Context) error {
	_, _, err := r.List(ctx, "", 1)
	return err
}

// advice is what to look at when the text of the server's error begins so.
var advice = map[string]string{
	"NOAUTH ":      "the server wants a password, and the client has none",
	"WRONGPASS ":   "the user's name or the password is wrong, or the user is switched off",
	"NOPERM ":      noRight,
	"The user ":    noRight, // so Redis 7.0 says it of a script's commands
	"READONLY ":    "this server is a replica: the client must be one of the primary, or of Sentinel",
	"OOM ":         "the server's memory is full: raise maxmemory, or find out what fills it",
	"MISCONF ":     "the server takes no writes, since it can't save its data: look at its disk",
	"NOREPLICAS ":  "the server takes no writes, since it has fewer replicas than min-replicas-to-write",
	"LOADING ":     "the server is still loading its data: try again later",
	"MASTERDOWN ":  "this server is a replica that has lost its primary",
	"CLUSTERDOWN ": "the cluster isn't complete: look at CLUSTER INFO",
	"CROSSSLOT ":   "the server is one of a cluster: take NewCluster",
	"MOVED ":       "the server is one of a cluster: take NewCluster, and a client without ForceSingleClient",
}

const noRight = "the user lacks a right: its commands, keys and channels must be those of the package's comment"

// explain adds what to look at, if we know.
func explain(err error) error {
	var told *rueidis.RedisError
	if !errors.As(err, &told) {
		return fmt.Errorf("no answer from the server; is it there, at that address, with TLS or without: %w", err)
	}
	for begin, text := range advice {
		if strings.HasPrefix(told.Error(), begin) {
			return fmt.Errorf("%s: %w", text, err)
		}
	}
	return err
}
