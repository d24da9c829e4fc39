package pgbus

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/coatcheck-go/session/nearcache"
)

const (
	defaultChannel = "coatcheck_bus"
	defaultTimeout = 5 * time.Second
)

// Options are the settings of a [Bus]. The zero value is right for most.
type Options struct {
	// Channel is the channel's name in the database: up to 40 ASCII letters, digits
	// and underscores. The same in all processes of a site, and another for each
	// site that shares the database. Empty: "coatcheck_bus".
	Channel string

	// Timeout is how long a post may take, and for how long nothing may come from
	// the server before it is asked whether it is there. 0: 5 seconds.
	Timeout time.Duration
}

// A Bus is a [nearcache.Bus] over one channel of a database. All methods are safe
// for concurrent use.
type Bus struct {
	pool    *pgxpool.Pool
	channel string
	timeout time.Duration
}

var _ nearcache.Bus = (*Bus)(nil)

// channelPattern leaves room for what is added to the name of the second channel.
var channelPattern = regexp.MustCompile(`^[A-Za-z0-9_]{1,40}$`)

// New returns a bus that uses pool, which the caller has made and closes. It doesn't
// use the database yet. It returns an error if pool is nil or o isn't as its fields'
// comments demand.
func New(pool *pgxpool.Pool, o Options) (*Bus, error) {
	if o.Channel == "" {
		o.Channel = defaultChannel
	}
	if o.Timeout == 0 {
		o.Timeout = defaultTimeout
	}
	switch {
	case pool == nil:
		return nil, fail("new", errors.New("no pool"))
	case !channelPattern.MatchString(o.Channel):
		return nil, fail("new", fmt.Errorf("channel %q: want up to 40 letters, digits and _", o.Channel))
	case o.Timeout < 0:
		return nil, fail("new", errors.New("a negative Timeout"))
	}
	return &Bus{pool: pool, channel: o.Channel, timeout: o.Timeout}, nil
}

// post doesn't let the commit wait for the disk: after a crash of the server there
// are no listeners left that could have missed the message.
const post = `SELECT set_config('synchronous_commit', 'off', true), pg_notify($1, $2)`

// Post implements [nearcache.Bus]. After an error it is unknown whether the message
// was sent.
func (b *Bus) Post(ctx context.Context, message string) error {
	ctx, cancel := context.WithTimeout(ctx, b.timeout)
	defer cancel()
	if _, err := b.pool.Exec(ctx, post, b.channel, message); err != nil {
		return failure(ctx, "post", err)
	}
	return nil
}

// Listen implements [nearcache.Bus]. It takes a connection from the pool for good,
// and closes it at the end. It returns an error when the connection is lost, or
// the server doesn't answer for as long as Options.Timeout.
func (b *Bus) Listen(ctx context.Context, l nearcache.Listener) error {
	conn, err := b.connect(ctx)
	if err != nil {
		return failure(ctx, "listen", err)
	}
	defer b.close(ctx, conn)
	l.Listening()
	for {
		n, err := b.next(ctx, conn)
		if err != nil {
			return failure(ctx, "listen", err)
		}
		if n != nil {
			b.tell(l, n.Channel, n.Payload)
		}
	}
}

// connect returns a connection that listens.
func (b *Bus) connect(ctx context.Context) (*pgx.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, b.timeout)
	defer cancel()
	pooled, err := b.pool.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	conn := pooled.Hijack()
	for _, channel := range []string{b.channel, b.rows()} {
		if _, err := conn.Exec(ctx, `LISTEN `+pgx.Identifier{channel}.Sanitize()); err != nil {
			b.close(ctx, conn)
			return nil, err
		}
	}
	return conn, nil
}

// next returns the next notification, or nil if none came for a while.
func (b *Bus) next(ctx context.Context, conn *pgx.Conn) (*pgconn.Notification, error) {
	quiet, cancel := context.WithTimeout(ctx, b.timeout)
	defer cancel()
	n, err := conn.WaitForNotification(quiet)
	if err == nil || ctx.Err() != nil || conn.IsClosed() {
		return n, err
	}
	asked, cancel := context.WithTimeout(ctx, b.timeout)
	defer cancel()
	return nil, conn.Ping(asked)
}

// close closes a connection, also if ctx is done, and doesn't wait long for it: the
// server may be gone.
func (b *Bus) close(ctx context.Context, conn *pgx.Conn) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	_ = conn.Close(ctx) // it was only read from
}

func fail(verb string, err error) error { return fmt.Errorf("pgbus: %s: %w", verb, err) }

// failure adds the error of a context that is done: the driver may say "timeout".
func failure(ctx context.Context, verb string, err error) error {
	if done := ctx.Err(); done != nil && !errors.Is(err, done) {
		err = fmt.Errorf("%w: %w", done, err)
	}
	return fail(verb, err)
}
