package sealed

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/keyring"
)

// An Engine is a [session.Engine] whose tokens hold the session. Make it with [New];
// session.New binds it to the settings of its Manager. It is safe for concurrent use
// and prints as "(hidden)".
type Engine struct {
	ring    *keyring.Ring
	options Options
	bound   atomic.Pointer[worker] // nil until Bind
}

var (
	_ session.Recorder = (*Engine)(nil)
	_ session.Reopener = (*Engine)(nil)
	_ session.Binder   = (*Engine)(nil)
)

var errUnbound = errors.New("sealed: the engine is not bound: give it to session.New as Config.Engine, or call Bind")

// idSize is that of an ID without a record.
const idSize = 16

// NewID returns a fresh secret: 128 random bits, or with records the name of one,
// of 256 random bits.
func (e *Engine) NewID() string {
	if w := e.bound.Load(); w != nil && w.server != nil {
		return w.server.NewID()
	}
	var id [idSize]byte
	_, _ = rand.Read(id[:]) // never fails, see its documentation
	return string(id[:])
}

// ClientSide returns true.
func (e *Engine) ClientSide() bool { return true }

// Records returns the engine of the records, nil without [Options.Records]. Before Bind
// it is good only for being asked what its store can do.
func (e *Engine) Records() *session.ServerEngine {
	w := e.bound.Load()
	switch {
	case e.options.Records == nil:
		return nil
	case w == nil:
		return session.NewServerEngine(e.options.Records, "")
	}
	return w.listed
}

// Touch returns errors.ErrUnsupported: the new time needs a new token, see
// [session.Engine].
func (e *Engine) Touch(context.Context, *session.Snapshot, time.Time) error {
	return fmt.Errorf("sealed: touch: %w", errors.ErrUnsupported)
}

// Open implements [session.Engine]: without I/O, or with records by one Load, and one
// more for each rotation that a late token has to follow. Whatever is wrong with a
// token, the error is the same.
func (e *Engine) Open(ctx context.Context, token string, s *session.Snapshot) error {
	w, err := e.worker()
	if err != nil {
		return err
	}
	return w.open(ctx, token, s, false)
}

// Reopen implements [session.Reopener]: a session that became too large meanwhile is
// read from its record.
func (e *Engine) Reopen(ctx context.Context, token string, s *session.Snapshot) error {
	w, err := e.worker()
	if err != nil {
		return err
	}
	return w.open(ctx, token, s, true)
}

// Keep implements [session.Engine]. With records it makes one write when something
// changed that they hold, and else one Load, which makes sure that nothing is sealed
// for a session that was ended or rotated.
func (e *Engine) Keep(ctx context.Context, old, s *session.Snapshot, grace time.Duration) (string, error) {
	w, err := e.worker()
	if err != nil {
		return "", err
	}
	return w.keep(ctx, old, s, grace)
}

// Drop implements [session.Engine]. Without [Options.Records] there is nothing to be
// ended but what is in Overflow: a copy of the token stays good.
func (e *Engine) Drop(ctx context.Context, s *session.Snapshot) error {
	w, err := e.worker()
	if err != nil || s.State != recorded {
		return err
	}
	return w.server.Drop(ctx, s)
}

// hidden is what an engine prints as: it holds keys.
const hidden = "(hidden)"

func (*Engine) Format(f fmt.State, _ rune)   { _, _ = f.Write([]byte(hidden)) }
func (*Engine) MarshalText() ([]byte, error) { return []byte(hidden), nil }
