package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/redis/rueidis"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/nearcache"
	"github.com/coatcheck-go/session/redisstore"
)

// A redisPlace is a store on Redis with its client.
type redisPlace struct {
	client  rueidis.Client
	options redisstore.Options
	store   *redisstore.Store
}

func openRedisPlace(f *farm) (p redisPlace, err error) {
	if p.client, err = f.openRedis(); err != nil {
		return p, err
	}
	p.options.Prefix = f.name() + ":"
	p.store, err = redisstore.New(p.client, p.options)
	return p, err
}

func (p redisPlace) close() error {
	p.client.Close()
	return nil
}

func openCoatcheckRedis(o options) (*site, error) {
	p, err := openRedisPlace(o.farm)
	if err != nil {
		return nil, err
	}
	c, err := newCoatcheck(p.store, session.Limits{})
	s := newSite(c, o)
	s.close = p.close
	return s, err
}

// nearLease is shorter than the default, so that a site is soon in service.
const nearLease = 500 * time.Millisecond

// openCoatcheckNear has a near cache in front of Redis, alone on its bus.
func openCoatcheckNear(o options) (*site, error) {
	p, err := openRedisPlace(o.farm)
	if err != nil {
		return nil, err
	}
	bus, err := redisstore.NewBus(p.client, p.options)
	if err != nil {
		return nil, err
	}
	near, err := nearcache.New(p.store, nearcache.Options{Bus: bus, Lease: nearLease})
	if err != nil {
		return nil, err
	}
	stop := runNear(near)
	c, err := newCoatcheck(near, session.Limits{})
	s := newSite(c, o)
	s.close = func() error {
		stop()
		return p.close()
	}
	return s, errors.Join(err, inService(near))
}

// runNear runs the cache until stop is called, which waits for its end.
func runNear(near *nearcache.Store) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = near.Run(ctx) // it ends by ctx alone
	}()
	return func() {
		cancel()
		<-ended
	}
}

func inService(near *nearcache.Store) error {
	const patience = 20 * nearLease
	for begin := time.Now(); !near.Stats().InService; time.Sleep(nearLease / 20) {
		if time.Since(begin) > patience {
			return fmt.Errorf("the near cache isn't in service after %v", patience)
		}
	}
	return nil
}

// rawRedis does by the client itself what the least is: a GET to read, a GET and a
// SET to write.
type rawRedis struct {
	client  rueidis.Client
	key     string
	expires int64
}

// openRawRedis takes a string that package redisstore has written.
func openRawRedis(o options) (*site, error) {
	p, err := openRedisPlace(o.farm)
	if err != nil {
		return nil, err
	}
	raw := &rawRedis{client: p.client, expires: time.Now().Add(24 * time.Hour).UnixMilli()}
	raw.key, err = p.oneKey(o.data)
	s := rawSite(raw)
	s.close = p.close
	return s, err
}

// oneKey adds a session and returns the key of its string.
func (p redisPlace) oneKey(data []entry) (string, error) {
	c, err := newCoatcheck(p.store, session.Limits{})
	if err == nil {
		err = c.fillUntil(data, time.Time{})
	}
	if err != nil {
		return "", err
	}
	find := p.client.B().Keys().Pattern(p.options.Prefix + "s:*").Build()
	keys, err := p.client.Do(context.Background(), find).AsStrSlice()
	if err == nil && len(keys) != 1 {
		err = fmt.Errorf("%d keys of one session", len(keys))
	}
	if err != nil {
		return "", err
	}
	return keys[0], nil
}

func (raw *rawRedis) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	value, err := raw.client.Do(r.Context(), raw.client.B().Get().Key(raw.key).Build()).ToString()
	if err == nil && r.Method == http.MethodPost {
		set := raw.client.B().Set().Key(raw.key).Value(value).PxatMillisecondsTimestamp(raw.expires).Build()
		err = raw.client.Do(r.Context(), set).Error()
	}
	answer(w, err == nil && len(value) > 0)
}
