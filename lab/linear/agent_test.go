package linear

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/redis/rueidis"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/internal/racetest"
	"github.com/coatcheck-go/session/lab/internal/stores"
	"github.com/coatcheck-go/session/nearcache"
	"github.com/coatcheck-go/session/redisstore"
)

// An agent makes calls on a store, in the process that has opened it.
type agent struct{ store session.Store }

// newAgent is one process, on a store or, if its name begins with near, with a near
// cache in front of it.
func newAgent(store string) (http.Handler, error) {
	place, cached := strings.CutPrefix(store, near)
	s, _, err := stores.Open(place, time.Minute)
	if err != nil || !cached {
		return agent{s}, err
	}
	cache, err := newNear(s, strings.TrimPrefix(place, "redis:"))
	return agent{cache}, err
}

const near = "near "

// newNear returns a near cache that runs as long as the process.
func newNear(s session.Store, address string) (*nearcache.Store, error) {
	o := stores.RedisOption(time.Minute, address)
	o.ForceSingleClient = true
	client, err := rueidis.NewClient(o)
	if err != nil {
		return nil, err
	}
	bus, err := redisstore.NewBus(client, redisstore.Options{})
	if err != nil {
		return nil, err
	}
	cache, err := nearcache.New(s, nearcache.Options{Bus: bus})
	if err != nil {
		return nil, err
	}
	go func() { _ = cache.Run(context.Background()) }()
	return cache, cache.Ready(context.Background())
}

func (a agent) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var c call
	if err := json.Unmarshal([]byte(r.FormValue("call")), &c); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	_ = json.NewEncoder(w).Encode(a.make(c)) // the client has gone
}

// make makes a call.
func (a agent) make(c call) result {
	ctx := context.Background()
	if c.Within > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, c.Within)
		defer cancel()
	}
	r, err := acts[c.Act](ctx, a.store, c)
	switch {
	case err == nil:
		r.Code = ok
	case errors.Is(err, session.ErrNotFound):
		r.Code = gone
	case errors.Is(err, session.ErrConflict):
		r.Code = conflict
	default:
		r.Code = unknown
	}
	return r
}

var acts = map[string]func(context.Context, session.Store, call) (result, error){
	load: func(ctx context.Context, s session.Store, c call) (result, error) {
		rec, err := s.Load(ctx, c.key(c.Key))
		if err != nil {
			return result{}, err
		}
		n, err := strconv.Atoi(rec.Data)
		return result{Record: n, Version: rec.Version}, err
	},
	create: func(ctx context.Context, s session.Store, c call) (result, error) {
		version, err := s.Create(ctx, c.key(c.Key), c.record(c.New))
		return result{Version: version}, err
	},
	update: func(ctx context.Context, s session.Store, c call) (result, error) {
		version, err := s.Update(ctx, c.key(c.Key), c.old(), c.record(c.New))
		return result{Version: version}, err
	},
	end: func(ctx context.Context, s session.Store, c call) (result, error) {
		_, err := s.Update(ctx, c.key(c.Key), c.old(), session.Record{Expires: time.UnixMilli(0)})
		return result{}, err
	},
	rotate: func(ctx context.Context, s session.Store, c call) (result, error) {
		over := session.Record{Expires: time.UnixMilli(0)}
		version, err := session.Replace(ctx, s, c.key(c.Key), c.old(), over, c.key(c.To), c.record(c.New))
		return result{Version: version}, err
	},
	remove: func(ctx context.Context, s session.Store, c call) (result, error) {
		return result{}, s.Delete(ctx, c.key(c.Key))
	},
	endAll: func(ctx context.Context, s session.Store, c call) (result, error) {
		_, err := session.DeleteBySubject(ctx, s, c.Subject)
		return result{}, err
	},
}

func (c call) key(n int) session.Key { return session.Key(fmt.Sprintf("%s/%d", c.Subject, n)) }

func (c call) record(n int) session.Record {
	return session.Record{Data: strconv.Itoa(n), Subject: c.Subject, Expires: time.Now().Add(time.Hour)}
}

func (c call) old() session.Record {
	old := c.record(c.Old)
	old.Version = c.Version
	return old
}

// ask lets a process make a call.
func ask(node racetest.Node, c call) (r result, err error) {
	text, err := json.Marshal(c)
	if err != nil {
		return r, err
	}
	query := url.Values{"call": {string(text)}}
	response, err := node.RoundTrip(&http.Request{
		Method: http.MethodGet, Header: http.Header{}, URL: &url.URL{Path: "/", RawQuery: query.Encode()},
	})
	if err != nil {
		return r, err
	}
	defer response.Body.Close()
	return r, json.NewDecoder(response.Body).Decode(&r)
}
