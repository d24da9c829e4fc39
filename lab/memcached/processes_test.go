package memcached

import (
	"database/sql"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bradfitz/gomemcache/memcache"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/cached"
	"github.com/coatcheck-go/session/internal/racetest"
	"github.com/coatcheck-go/session/lab/internal/peer"
	"github.com/coatcheck-go/session/memcachestore"
	"github.com/coatcheck-go/session/sqlstore"
)

// newSite is one process of a site on a store: "memcached" or "cached", a prefix, a
// SQLite file, and the addresses of the servers, with commas between.
func newSite(store string) (http.Handler, error) {
	part := strings.Split(store, ",")
	kind, o, file := part[0], memcachestore.Options{Prefix: part[1]}, part[2]
	client := memcache.New(part[3:]...)
	client.Timeout = 20 * time.Second // hundreds of requests at once, on a busy machine
	client.MaxIdleConns = 100
	db, err := sql.Open("sqlite", sqliteName(file))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(4)
	db.SetMaxIdleConns(4)
	database, err := sqlstore.New(db, sqlstore.SQLite, sqlstore.Options{})
	if err != nil {
		return nil, err
	}
	s, err := openers[kind](client, o, database)
	if err != nil {
		return nil, err
	}
	return racetest.NewSite(s)
}

var openers = map[string]func(*memcache.Client, memcachestore.Options, *sqlstore.Store) (session.Store, error){
	"memcached": func(client *memcache.Client, o memcachestore.Options, notes *sqlstore.Store) (session.Store, error) {
		s, err := memcachestore.New(client, o)
		return counted{s, notes}, err
	},
	"cached": func(client *memcache.Client, o memcachestore.Options, truth *sqlstore.Store) (session.Store, error) {
		cache, err := memcachestore.NewKV(client, o)
		if err != nil {
			return nil, err
		}
		return cached.New(cache, truth, cached.Options{Timeout: time.Minute})
	},
}

// twoProcesses returns a site of this process and another.
func twoProcesses(t *testing.T, kind string) racetest.Site {
	t.Helper()
	file := filepath.Join(t.TempDir(), "sessions.db")
	newTruth(t, file)
	store := strings.Join(append([]string{kind, newPrefix(), file}, three...), ",")
	here, err := newSite(store)
	must(t, err)
	return racetest.Site{racetest.Local(here), peer.Start(t, store)}
}

// TestTwoProcesses (R1, MB-01, MB-12): no update is lost, and nothing that was ended
// comes back. There is no end of all sessions of a user.
func TestTwoProcesses(t *testing.T) {
	s := twoProcesses(t, "memcached")
	must(t, racetest.LostUpdates(s))
	must(t, racetest.Increments(s))
	for _, slow := range []string{racetest.Write, racetest.Read, racetest.Rotate, racetest.Login} {
		for _, overtaker := range []string{racetest.Logout, racetest.Rotate} {
			must(t, racetest.Revivals(s, racetest.Race{Slow: slow, Overtaker: overtaker}))
		}
		must(t, racetest.Revivals(s, racetest.Race{Slow: slow, Overtaker: racetest.Logout, Loose: true}))
	}
}

// TestCachedTwoProcesses (R1, MB-01, MB-12): memcached in front of SQLite.
func TestCachedTwoProcesses(t *testing.T) {
	racetest.Run(t, twoProcesses(t, "cached"))
}
