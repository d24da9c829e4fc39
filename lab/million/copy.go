package main

import (
	"context"
	"errors"
	"math/rand/v2"
	"runtime"

	"github.com/jackc/pgx/v5"

	"github.com/coatcheck-go/session"
)

// A copier is a store that takes new sessions only, and hands them to a COPY.
type copier struct {
	rows chan []any
	done chan struct{} // closed when the COPY has ended
}

func (c *copier) Create(_ context.Context, key session.Key, rec session.Record) (version uint64, err error) {
	first := rand.Int64()
	row := []any{[]byte(key), first, rec.Expires.UnixMilli(), rec.Subject, []byte(rec.Data)}
	select {
	case c.rows <- row:
		return uint64(first), nil
	case <-c.done:
		return 0, errors.New("the COPY has ended")
	}
}

func (*copier) Load(context.Context, session.Key) (session.Record, error) {
	return session.Record{}, errors.ErrUnsupported
}

func (*copier) Update(context.Context, session.Key, session.Record, session.Record) (uint64, error) {
	return 0, errors.ErrUnsupported
}

func (*copier) Delete(context.Context, session.Key) error { return errors.ErrUnsupported }

// load makes the sessions by a Manager and takes them to the table by one COPY.
func (p *postgresPlace) load(ctx context.Context, n int, add func(m *session.Manager, i int) error) error {
	c := &copier{rows: make(chan []any, 1024), done: make(chan struct{})}
	m, err := session.New(session.Config{Store: c})
	if err != nil {
		return err
	}
	copied := make(chan error, 1)
	go func() {
		defer close(c.done)
		copied <- p.copy(ctx, c.rows)
	}()
	err = each(n, runtime.GOMAXPROCS(0), func(i int) error { return add(m, i) })
	close(c.rows)
	return errors.Join(err, <-copied)
}

// copy writes all rows, until there are no more.
func (p *postgresPlace) copy(ctx context.Context, rows <-chan []any) error {
	conn, err := pgx.Connect(ctx, p.url())
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	columns := []string{"id", "version", "expires", "subject", "data"}
	_, err = conn.CopyFrom(ctx, pgx.Identifier{"coatcheck_sessions"}, columns, pgx.CopyFromFunc(func() ([]any, error) {
		return <-rows, nil // nil when it is closed: the end
	}))
	return err
}
