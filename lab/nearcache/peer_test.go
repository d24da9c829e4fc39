package nearcache

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/internal/racetest"
	"github.com/coatcheck-go/session/lab/internal/peer"
	"github.com/coatcheck-go/session/nearcache"
)

// What the other process answers to "what is under this key?".
const (
	fromCache = "from the cache"
	fromBase  = "from the base"
	gone      = "gone"
)

// newPeer is the other process: a near cache that answers what it finds. place is a
// backend's name, the lease and the address.
func newPeer(place string) (http.Handler, error) {
	parts := strings.SplitN(place, " ", 3)
	lease, err := time.ParseDuration(parts[1])
	if err != nil {
		return nil, err
	}
	near, err := openNear(context.Background(), backends[parts[0]], parts[2], lease)
	if err != nil {
		return nil, err
	}
	go func() { _ = near.Run(context.Background()) }()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, find(r, near))
	}), near.Ready(context.Background())
}

func openNear(ctx context.Context, b *backend, address string, lease time.Duration) (*nearcache.Store, error) {
	base, bus, err := b.open(ctx, address)
	if err != nil {
		return nil, err
	}
	return nearcache.New(watched{base.(able)}, nearcache.Options{Bus: bus, Lease: lease})
}

// able is what the stores of all backends are.
type able interface {
	session.Toucher
	session.SubjectStore
	session.Lister
	session.Replacer
}

// A watched store notes in the context of a load that it was asked.
type watched struct{ able }

type askedKey struct{}

func (w watched) Load(ctx context.Context, key session.Key) (session.Record, error) {
	if asked, ok := ctx.Value(askedKey{}).(*bool); ok {
		*asked = true
	}
	return w.able.Load(ctx, key)
}

func find(r *http.Request, near *nearcache.Store) string {
	key, err := hex.DecodeString(r.URL.Query().Get("key"))
	if err != nil {
		return err.Error()
	}
	asked := false
	_, err = near.Load(context.WithValue(r.Context(), askedKey{}, &asked), session.Key(key))
	switch {
	case errors.Is(err, session.ErrNotFound):
		return gone
	case err != nil:
		return err.Error()
	case asked:
		return fromBase
	}
	return fromCache
}

// other asks the other process.
type other struct{ node racetest.Node }

func startPeer(t *testing.T, name string, lease time.Duration) other {
	t.Helper()
	b := backends[name]
	return other{peer.Start(t, name+" "+lease.String()+" "+b.address(b.server))}
}

func (o other) find(ctx context.Context, key session.Key) (string, error) {
	query := url.Values{"key": {hex.EncodeToString([]byte(key))}}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "/?"+query.Encode(), nil)
	if err != nil {
		return "", err
	}
	response, err := o.node.RoundTrip(r)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return string(text), err
}
