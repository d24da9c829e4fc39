package redis

import (
	"context"
	"errors"
	"maps"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/redis/rueidis"

	"github.com/coatcheck-go/session"
)

// command is how a server's statistics count those that a store sends.
var command = regexp.MustCompile(`cmdstat_(get|pttl|evalsha|eval|script\|load|unlink|scan):calls=(\d+)`)

// trips returns how often the commands of stores have been sent since the last call.
// Those that scripts call have other names.
func trips(t *testing.T, client rueidis.Client) map[string]int {
	t.Helper()
	found := map[string]int{}
	for _, node := range client.Nodes() {
		text, err := do(t, node, "INFO", "replication", "commandstats").ToString()
		must(t, err)
		if !strings.Contains(text, "role:master") {
			continue // a replica's statistics count what it is sent by its primary
		}
		for _, m := range command.FindAllStringSubmatch(text, -1) {
			n, err := strconv.Atoi(m[2])
			must(t, err)
			found[m[1]] += n
		}
		do(t, node, "CONFIG", "RESETSTAT")
	}
	return found
}

// A step is a call, and the commands it may cost.
type step struct {
	name string
	call func(context.Context) error
	want map[string]int
}

// count counts twice: the first time, the server learns the scripts.
func count(t *testing.T, client rueidis.Client, steps func() []step) {
	t.Helper()
	for _, s := range steps() {
		must(t, s.call(t.Context()))
	}
	for _, s := range steps() {
		trips(t, client)
		must(t, s.call(t.Context()))
		if got := trips(t, client); !maps.Equal(got, s.want) {
			t.Errorf("%s: %v, want %v", s.name, got, s.want)
		}
	}
}

func TestRoundTrips(t *testing.T) {
	client := newClient(t, singleOption(newServer(t).Address()))
	s := newStore(t, client, newPrefix())
	count(t, client, func() []step {
		return append(stepsOf(s, 1),
			step{"DeleteBySubject", func(ctx context.Context) error {
				_, err := s.DeleteBySubject(ctx, "somebody")
				return err
			}, map[string]int{"evalsha": 2}},
			step{"Replace", func(ctx context.Context) error {
				rec := record("one")
				rec.Subject = "" // an entry would stay after Delete
				var err error
				if rec.Version, err = s.Create(ctx, "old", rec); err != nil {
					return err
				}
				_, err = s.Replace(ctx, "old", rec, rec, "new", rec)
				return errors.Join(err, s.Delete(ctx, "old"), s.Delete(ctx, "new"))
			}, map[string]int{"evalsha": 2, "unlink": 2}},
		)
	})
}

func TestRoundTripsInCluster(t *testing.T) {
	client := newClient(t, clusterOption())
	s := newCluster(t, client, newPrefix())
	count(t, client, func() []step { return stepsOf(s, 2) })
}

// A subjectStore can do what both kinds of stores can.
type subjectStore interface {
	session.SubjectStore
	session.Toucher
}

// stepsOf lets a record be there and go. write is how many scripts a write is.
func stepsOf(s subjectStore, write int) []step {
	rec := record("one")
	return []step{
		{"Create", func(ctx context.Context) (err error) {
			rec.Version, err = s.Create(ctx, key, rec)
			return err
		}, map[string]int{"evalsha": write}},
		{"Load", func(ctx context.Context) error {
			_, err := s.Load(ctx, key)
			return err
		}, map[string]int{"get": 1}},
		{"Update", func(ctx context.Context) (err error) {
			rec.Version, err = s.Update(ctx, key, rec, rec)
			return err
		}, map[string]int{"evalsha": write}},
		{"Touch", func(ctx context.Context) error {
			return s.Touch(ctx, key, rec, rec.Expires)
		}, map[string]int{"evalsha": write}},
		{"BySubject", func(ctx context.Context) error {
			_, err := s.BySubject(ctx, "somebody")
			return err
		}, map[string]int{"evalsha": 1, "get": 1}},
		{"Delete", func(ctx context.Context) error {
			return s.Delete(ctx, key)
		}, map[string]int{"unlink": 1}},
	}
}
