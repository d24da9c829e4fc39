package sealed

import (
	"errors"
	"fmt"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/keyring"
)

// settings are those of a Manager that an engine goes by.
type settings struct {
	cookie, app string
	touchEvery  time.Duration
	endReused   bool
}

// Bind implements [session.Binder]; session.New calls it. Tokens are bound to the
// cookie's name and to the application: Config.Cookie.Name and Config.App. The records
// follow Config.TouchEvery and Config.EndReused. Several Managers may have one engine if
// these settings are the same; the error is for others, and for an EndReused without
// [Options.Records], which is errors.ErrUnsupported. It is safe for concurrent use.
func (e *Engine) Bind(c session.Config) error {
	s := settings{cookie: c.Cookie.Name, app: c.App, touchEvery: c.TouchEvery, endReused: c.EndReused}
	if s.endReused && e.options.Records == nil {
		return fmt.Errorf("sealed: bind: Config.EndReused needs Options.Records: %w", errors.ErrUnsupported)
	}
	e.bound.CompareAndSwap(nil, newWorker(e.ring, e.options, s))
	if e.bound.Load().settings != s {
		return errors.New("sealed: bind: the engine is bound to a Manager with another Cookie.Name, App, TouchEvery or EndReused")
	}
	return nil
}

func newWorker(ring *keyring.Ring, o Options, s settings) *worker {
	w := &worker{
		settings: s, ring: ring, seals: newSealer(ring, o.SignedOnly, s),
		fresh: o.Records != nil, overflow: o.Overflow != nil,
	}
	if w.fresh {
		w.listed = newRecords(o.Records, s)
		w.server = newRecords(quietStore{o.Records}, s)
	} else if w.overflow {
		w.server = newRecords(quietStore{o.Overflow}, s)
	}
	return w
}

// newRecords returns the engine of the records. Their application is none that a
// Manager over the same store has by accident: what names a record is no token there.
func newRecords(store session.Store, s settings) *session.ServerEngine {
	e := session.NewServerEngine(store, fmt.Sprintf("sealed %q", s.app))
	e.EndReused = s.endReused
	return e
}

// worker returns what does the work, once the engine is bound.
func (e *Engine) worker() (*worker, error) {
	if w := e.bound.Load(); w != nil {
		return w, nil
	}
	return nil, errUnbound
}
