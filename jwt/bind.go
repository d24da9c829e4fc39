package jwt

import (
	"errors"
	"fmt"
	"sync/atomic"
	"unicode/utf8"

	"github.com/coatcheck-go/session"
)

// A worker is an Engine that knows its application.
type worker struct {
	Options
	app     string
	keys    *atomic.Pointer[ring]
	records *session.ServerEngine // nil without a Store
}

// Bind implements [session.Binder]; session.New calls it. Tokens, and records, are of one
// application: Config.App, which must be UTF-8. Config.EndReused needs a Store, and is always
// on with one. Several Managers may have one engine if their App is the same; the error is
// for another, and errors.ErrUnsupported for an EndReused that can't be. It is safe for
// concurrent use.
func (e *Engine) Bind(c session.Config) error {
	switch {
	case !utf8.ValidString(c.App):
		return errors.New("jwt: bind: Config.App must be UTF-8")
	case c.EndReused && e.options.Store == nil:
		return fmt.Errorf("jwt: bind: Config.EndReused needs Options.Store: %w", errors.ErrUnsupported)
	}
	e.bound.CompareAndSwap(nil, newWorker(e, c.App))
	if e.bound.Load().app != c.App {
		return errors.New("jwt: bind: the engine is bound to a Manager with another App")
	}
	return nil
}

func newWorker(e *Engine, app string) *worker {
	w := &worker{Options: e.options, app: app, keys: &e.keys}
	if w.Store != nil {
		w.records = session.NewServerEngine(w.Store, app)
		w.records.EndReused = true
	}
	return w
}

// worker returns what does the work, once the engine is bound.
func (e *Engine) worker() (*worker, error) {
	if w := e.bound.Load(); w != nil {
		return w, nil
	}
	return nil, errUnbound
}
