package redisstore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redis/rueidis"

	"github.com/coatcheck-go/session/nearcache"
)

var _ nearcache.Bus = (*Bus)(nil)

// A Bus is a [nearcache.Bus] over one channel of Redis. On one server, with Sentinel
// or without, Redis also tells of every change of a record (client tracking), by
// whomever, also by this process: the listener's Changed. On a cluster there is
// no Changed, for each server would have to be asked anew whenever the cluster changes; there
// the channel is a sharded one, so that one server orders all messages.
//
// All methods are safe for concurrent use. Each Listen uses a connection of its own.
type Bus struct {
	link
	keys
	cluster bool
}

// NewBus returns a Bus for the stores with the same options. It uses client, which the
// caller has made and closes, and which must not be set to AlwaysRESP2. It returns an
// error if client is nil or o.Timeout negative.
func NewBus(client rueidis.Client, o Options) (*Bus, error) {
	r, err := newRecords(client, o)
	if err != nil {
		return nil, fmt.Errorf("redisstore: new bus: %w", err)
	}
	return &Bus{r.link, r.keys, client.Mode() == rueidis.ClientModeCluster}, nil
}

func (b *Bus) channel() string { return b.prefix + "bus" }

// Post implements [nearcache.Bus]. It is never sent twice. After an error it is
// unknown whether the message was sent.
func (b *Bus) Post(ctx context.Context, message string) error {
	if err := b.do(ctx, b.publish(message)).Error(); err != nil {
		return failure(ctx, "post", err)
	}
	return nil
}

func (b *Bus) publish(message string) rueidis.Completed {
	if b.cluster {
		return b.client.B().Spublish().Channel(b.channel()).Message(message).Build()
	}
	return b.client.B().Publish().Channel(b.channel()).Message(message).Build()
}

// Listen implements [nearcache.Bus]. It returns an error when the connection is
// lost, the server doesn't answer for as long as Options.Timeout, or it isn't the
// primary any more, which is asked each second. l is called by a goroutine of the
// client, which receives nothing meanwhile; a server that has kept too much for it
// ends the connection.
func (b *Bus) Listen(ctx context.Context, l nearcache.Listener) error {
	if err := b.listen(ctx, newEar(l, b.stem())); err != nil {
		return failure(ctx, "listen", err)
	}
	return nil
}

// listen closes the connection at the end, since it is not as others are.
func (b *Bus) listen(ctx context.Context, e *ear) error {
	conn, _ := b.client.Dedicate()
	defer conn.Close()
	defer e.end()
	conn.SetPubSubHooks(rueidis.PubSubHooks{OnMessage: e.message, OnSubscription: e.subscribed})
	lost := conn.SetOnInvalidations(e.invalidated)
	for _, command := range b.subscribe(conn.B()) {
		if err := within(ctx, b.timeout, conn, command).Error(); err != nil {
			return err
		}
	}
	return b.watch(ctx, conn, e, lost)
}

// subscribe returns the commands after which messages come. Tracking may be on
// already, in another way, and must be switched off before.
func (b *Bus) subscribe(build rueidis.Builder) rueidis.Commands {
	if b.cluster {
		return rueidis.Commands{build.Ssubscribe().Channel(b.channel()).Build()}
	}
	return rueidis.Commands{
		build.ClientTracking().Off().Build(),
		build.ClientTracking().On().Prefix().Prefix(b.stem()).Bcast().Build(),
		build.Subscribe().Channel(b.channel()).Build(),
	}
}

// heartbeat is how often a listener asks whether it hears the primary.
const heartbeat = time.Second

var (
	errLost    = errors.New("connection lost")
	errReplica = errors.New("the server is no primary any more")
)

// watch returns when a message may be missed, or ctx is done.
func (b *Bus) watch(ctx context.Context, conn rueidis.DedicatedClient, e *ear, lost <-chan error) error {
	tick := time.NewTicker(heartbeat)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case err := <-lost:
			return errors.Join(errLost, err)
		case <-e.unsubscribed:
			return errLost
		case <-tick.C:
			if err := b.stillPrimary(ctx, conn); err != nil {
				return err
			}
		}
	}
}

// stillPrimary asks by the connection that listens.
func (b *Bus) stillPrimary(ctx context.Context, conn rueidis.DedicatedClient) error {
	ctx, cancel := context.WithTimeout(ctx, b.timeout)
	defer cancel()
	role, err := roleOf(ctx, conn)
	if err == nil && role != primaryRole {
		err = errReplica
	}
	return err
}

// within sends a command on a connection of its own.
func within(ctx context.Context, timeout time.Duration, conn rueidis.DedicatedClient, command rueidis.Completed) rueidis.RedisResult {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	return conn.Do(ctx, command)
}
