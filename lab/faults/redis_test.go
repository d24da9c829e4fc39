package faults

import (
	"context"
	"net/http"
	"testing"

	"github.com/redis/rueidis"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/lab/internal/stores"
)

// command sends a command to a Redis server.
func command(t *testing.T, address string, words ...string) string {
	t.Helper()
	text, err := try(t.Context(), address, words...)
	must(t, err)
	return text
}

func try(ctx context.Context, address string, words ...string) (string, error) {
	o := stores.RedisOption(limit, address)
	o.ForceSingleClient = true
	client, err := rueidis.NewClient(o)
	if err != nil {
		return "", err
	}
	defer client.Close()
	return client.Do(ctx, client.B().Arbitrary(words...).Build()).ToString()
}

// A refusal is a reason for which Redis takes no writes.
type refusal struct {
	begin, heal []string
	logout      int // the status of one: to end a session needs no memory
}

var refusals = map[string]refusal{
	"OOM":      {[]string{"CONFIG", "SET", "maxmemory", "1"}, []string{"CONFIG", "SET", "maxmemory", "0"}, http.StatusOK},
	"READONLY": {[]string{"REPLICAOF", "127.0.0.1", "1"}, []string{"REPLICAOF", "NO", "ONE"}, http.StatusServiceUnavailable},
}

// TestMB05_RedisTakesNoWrites: its memory is full, or it has become a replica. Visitors
// can read, and who changes something gets 503.
func TestMB05_RedisTakesNoWrites(t *testing.T) {
	for name, r := range refusals {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r.suffer(t, newPlace(t, backends["redis"]))
		})
	}
}

func (r refusal) suffer(t *testing.T, p *place) {
	v, leaver := p.site.signIn(t, "visitor"), p.site.signIn(t, "leaver")
	command(t, p.server.Address(), r.begin...)
	if got := p.site.ask(t, v, "/show"); got.status != http.StatusOK || got.Subject != v.name {
		t.Errorf("a reader sees %d, %+v", got.status, got)
	}
	for _, path := range []string{"/count", "/login?as=other"} {
		if got := p.site.ask(t, v, path); got.status != http.StatusServiceUnavailable || got.retryAfter == "" {
			t.Errorf("%s is answered %d, Retry-After %q", path, got.status, got.retryAfter)
		}
	}
	if got := p.site.ask(t, leaver, "/logout"); got.status != r.logout {
		t.Errorf("a logout is answered %d, want %d", got.status, r.logout)
	}
	command(t, p.server.Address(), r.heal...)
	if got := p.site.ask(t, v, "/count"); got.status != http.StatusOK || got.Subject != v.name || got.Count != 2 {
		t.Errorf("afterwards the visitor sees %d, %+v", got.status, got)
	}
	if got := p.site.ask(t, leaver, "/show"); (got.Subject == "") != (r.logout == http.StatusOK) {
		t.Errorf("afterwards who has tried to leave sees %+v", got)
	}
}

// TestR19_AnothersAnswer: Redis, or something on the way to it, gives everybody the
// answer meant for the first. Nobody sees it but that one.
func TestR19_AnothersAnswer(t *testing.T) {
	p := newPlace(t, backends["redis"])
	first, second := p.site.signIn(t, "first"), p.site.signIn(t, "second")
	heal, err := p.proxy.poison("mistake", `{}`)
	must(t, err)
	if got := p.site.ask(t, first, "/show"); got.Subject != first.name {
		t.Errorf("the first sees %+v", got)
	}
	for _, path := range []string{"/show", "/count"} {
		if got := p.site.ask(t, second, path); got.status != http.StatusServiceUnavailable || got.Subject != "" || got.token != "" {
			t.Errorf("the second, at %s, sees %d, %+v", path, got.status, got)
		}
	}
	if !p.site.told(session.EventStoreError) {
		t.Error("nobody was told")
	}
	must(t, heal())
	if got, _ := p.site.recovers(t, second); got.Subject != second.name || got.Count != 1 {
		t.Errorf("afterwards the second sees %+v", got)
	}
}
