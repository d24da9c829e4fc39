package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/redis/rueidis"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/lab/internal/servers"
	"github.com/coatcheck-go/session/lab/internal/traffic"
	"github.com/coatcheck-go/session/redisstore"
)

// redisPlace is a Redis server.
type redisPlace struct {
	server   *servers.Server
	client   rueidis.Client
	sessions *redisstore.Store
	version  string
	seen     []moment
}

// A moment is what the server's statistics say at one time.
type moment struct {
	at                 time.Time
	memory, gone, left int64 // bytes in use, keys that expired, all keys
}

func openRedis(ctx context.Context) (place, error) {
	server, err := servers.Redis()
	if err != nil {
		return nil, err
	}
	p := &redisPlace{server: server}
	if err := p.connect(ctx); err != nil {
		return nil, errors.Join(err, p.close())
	}
	return p, nil
}

// connect uses the options that the documentation of redisstore recommends. Many
// goroutines write at once, so a call may take longer than is good for a site.
func (p *redisPlace) connect(ctx context.Context) (err error) {
	p.client, err = rueidis.NewClient(rueidis.ClientOption{
		InitAddress: []string{p.server.Address()}, ForceSingleClient: true,
		DisableCache: true, AlwaysPipelining: true, ConnWriteTimeout: 10 * time.Second,
	})
	if err != nil {
		return err
	}
	if p.sessions, err = redisstore.New(p.client, redisstore.Options{Timeout: 30 * time.Second}); err != nil {
		return err
	}
	info, err := p.info(ctx)
	p.version = info["redis_version"]
	return err
}

func (p *redisPlace) name() string         { return "Redis " + p.version }
func (p *redisPlace) store() session.Store { return p.sessions }

func (p *redisPlace) load(_ context.Context, n int, add func(m *session.Manager, i int) error) error {
	const goroutines = 256 // whose commands the client sends together
	m, err := session.New(session.Config{Store: p.sessions})
	if err != nil {
		return err
	}
	return each(n, goroutines, func(i int) error { return add(m, i) })
}

func (p *redisPlace) bytes(ctx context.Context) (int64, error) {
	info, err := p.info(ctx)
	if err != nil {
		return 0, err
	}
	return strconv.ParseInt(info["used_memory"], 10, 64)
}

// turns are one before the sessions expire, and one in which they do.
func (*redisPlace) turns(s settings) traffic.Turns {
	return traffic.Turns{Rate: s.rate, Alone: 2 * s.turn, Beside: min(s.limit, time.Minute), Limit: 1}
}

// sweep watches the server until hardly a session is left that has expired, or the
// time is over. Those of the users that were asked have been ended.
func (p *redisPlace) sweep(ctx context.Context, s settings, limit time.Duration) (ended bool, err error) {
	nearly := int64(s.expired()-s.asked*(perUser-1)) * 999 / 1000
	for begin := time.Now(); time.Since(begin) < limit && !ended; time.Sleep(s.turn / 25) {
		m, err := p.moment(ctx)
		if err != nil {
			return false, err
		}
		p.seen = append(p.seen, m)
		ended = m.gone >= nearly
	}
	return ended, nil
}

func (p *redisPlace) moment(ctx context.Context) (m moment, err error) {
	info, err := p.info(ctx)
	if err != nil {
		return m, err
	}
	memory, memoryErr := strconv.ParseInt(info["used_memory"], 10, 64)
	gone, goneErr := strconv.ParseInt(info["expired_keys"], 10, 64)
	left, leftErr := p.client.Do(ctx, p.client.B().Dbsize().Build()).AsInt64()
	return moment{time.Now(), memory, gone, left}, errors.Join(memoryErr, goneErr, leftErr)
}

func (*redisPlace) expiry() string { return "while they expire" }

// count goes by the keys that begin as those of sessions do. SCAN shows none that has
// expired.
func (p *redisPlace) count(ctx context.Context) (found int, err error) {
	for cursor, more := uint64(0), true; more; more = cursor != 0 {
		scan := p.client.B().Scan().Cursor(cursor).Match("coatcheck:s:*").Count(10_000).Build()
		page, err := p.client.Do(ctx, scan).AsScanEntry()
		if err != nil {
			return 0, err
		}
		found += len(page.Elements)
		cursor = page.Cursor
	}
	return found, nil
}

// info is what the server says of itself.
func (p *redisPlace) info(ctx context.Context) (map[string]string, error) {
	text, err := p.client.Do(ctx, p.client.B().Info().Build()).ToString()
	found := map[string]string{}
	for line := range strings.Lines(text) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		found[name] = value
	}
	return found, err
}

func (p *redisPlace) notes() string {
	var b strings.Builder
	fmt.Fprintln(&b, "Redis needs no sweep. It looks for what has expired by itself, and finds the last one in a thousand later, or when it is asked")
	fmt.Fprintln(&b, "for. What its statistics said from when the sessions' time was over, until then:")
	fmt.Fprintln(&b, "\n| after | memory in use | keys expired so far | keys left |\n|--:|--:|--:|--:|")
	for _, m := range thinned(p.seen) {
		fmt.Fprintf(&b, "| %.1f s | %.0f MB | %d | %d |\n", m.at.Sub(p.seen[0].at).Seconds(), float64(m.memory)/1e6, m.gone, m.left)
	}
	return b.String()
}

// thinned keeps the first and the last moment, and about eight in between.
func thinned(all []moment) (few []moment) {
	step := max(1, len(all)/8)
	for i := 0; i < len(all)-1; i += step {
		few = append(few, all[i])
	}
	return append(few, all[len(all)-1])
}

func (p *redisPlace) close() error {
	if p.client != nil {
		p.client.Close()
	}
	return p.server.Close()
}
