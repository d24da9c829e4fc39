package site

import (
	"context"
	"net/http"
	"slices"
	"sync"

	"github.com/coatcheck-go/session"
)

// The events of one request, to be shown on its page. A session may be used by several
// goroutines at once, so they are guarded.
type events struct {
	mu    sync.Mutex
	kinds []session.EventKind
}

type eventsKey struct{}

// withEvents gives each request a place for its events. It must be outside of
// Manager.Wrap: events come with the context that Wrap was given.
func withEvents(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := context.WithValue(r.Context(), eventsKey{}, &events{})
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// noteEvent is the Manager's OnEvent.
func noteEvent(ctx context.Context, e session.Event) {
	if list, ok := ctx.Value(eventsKey{}).(*events); ok {
		list.mu.Lock()
		defer list.mu.Unlock()
		list.kinds = append(list.kinds, e.Kind)
	}
}

func eventsOf(ctx context.Context) []session.EventKind {
	list, ok := ctx.Value(eventsKey{}).(*events)
	if !ok {
		return nil
	}
	list.mu.Lock()
	defer list.mu.Unlock()
	return slices.Clone(list.kinds)
}
