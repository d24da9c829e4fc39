// Package djangodemo tests the demo beside a real Django: one browser, one session.
package djangodemo

import (
	_ "embed"
	"path/filepath"
	"testing"

	"github.com/coatcheck-go/session/lab/internal/program"
	"github.com/coatcheck-go/session/lab/internal/servers"
	"github.com/coatcheck-go/session/lab/python/peer"
)

const secretKey = "a key that both sites have"

var (
	coatcheck = &program.Program{Source: "cmd/coatcheck", Env: []string{"COATCHECK_SECRET=" + secretKey}}
	running   *servers.All
)

func TestMain(m *testing.M) {
	servers.Main(false, func(all *servers.All) (code int, err error) {
		running = all
		return program.Main(m, coatcheck), nil
	})
}

//go:embed app.py
var app string

// A setting is how Django and the demo keep their sessions.
type setting struct {
	engine string                            // SESSION_ENGINE, without its package
	store  func(dir string) string           // of the demo
	byName bool                              // the demo takes session["username"]: it can't ask auth_user
	cache  func() (backend, location string) // of CACHES; nil: none
}

func redisCache() (backend, location string) {
	return "redis.RedisCache", "redis://" + running.Redis.Address()
}

func memcachedCache() (backend, location string) {
	return "memcached.PyMemcacheCache", running.Memcached.Address()
}

// start starts Django and the demo; both end with the test.
func (s setting) start(t *testing.T) (django, demo string) {
	t.Helper()
	dir := t.TempDir()
	cache, location := "dummy.DummyCache", ""
	if s.cache != nil {
		cache, location = s.cache()
	}
	var answer struct{ URL string }
	peer.Test(t, program.NewestPython(t), app).Ask(map[string]string{
		"secret_key": secretKey, "database": database(dir), "folder": dir, "cache": cache, "location": location, "engine": s.engine,
	}, &answer)
	args := []string{"demo", "--addr", "127.0.0.1:0", "--store", s.store(dir)}
	if s.engine == "cached_db" {
		args = append(args, "--cache", location)
	}
	return answer.URL, coatcheck.Start(t, args...).URL
}

func database(dir string) string { return filepath.Join(dir, "db.sqlite3") }
