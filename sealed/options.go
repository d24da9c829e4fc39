package sealed

import (
	"errors"
	"fmt"
	"reflect"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/keyring"
)

// Options says how an [Engine] works. The zero value seals without any store.
type Options struct {
	// CookieName is the name of the cookie that carries the token. A token is worth
	// nothing under another one. It must be that of Config.Cookie. Default
	// "__Host-Http-session", as there.
	CookieName string

	// App names the application, as Config.App does. Tokens of one App are
	// unknown in another, though both have the same keys. Default "".
	App string

	// SignedOnly leaves the token readable to whoever holds it, and only prevents
	// changes, by HMAC-SHA256. Default: nobody but the server can read it. Tokens of the
	// one kind are unknown to an engine of the other.
	SignedOnly bool

	// Records keeps a small record of each session, so that what is ended stays
	// ended; see the package's documentation. Who is logged in, and the limits, are
	// then what the record says. Default: there is none. To set or unset it
	// signs everybody out.
	Records session.Store

	// TouchEvery is how far a record may lag behind the time of the last request.
	// Set it as Config.TouchEvery is set. Default as there: a tenth of the session's
	// idle timeout, at most 5 minutes.
	TouchEvery time.Duration

	// EndReused: see Config.EndReused. It needs Records.
	EndReused bool

	// Overflow keeps sessions that are too large for a token, for as long as they
	// are; the token only names them meanwhile. With Records it must be the same
	// store. Default: such a session is session.ErrTooLarge.
	Overflow session.Store
}

const (
	defaultCookieName = "__Host-Http-session"
	maxTouchEvery     = 5 * time.Minute
)

func (o Options) check() error {
	switch {
	case o.TouchEvery < 0:
		return errors.New("sealed: Options.TouchEvery can't be negative")
	case o.Records == nil && (o.EndReused || o.TouchEvery > 0):
		return errors.New("sealed: Options.EndReused and Options.TouchEvery need Options.Records")
	case o.Records != nil && o.Overflow != nil && !same(o.Records, o.Overflow):
		return errors.New("sealed: Options.Overflow must be the store of Options.Records: a session has one record")
	}
	return nil
}

// same reports whether a and b are one store. Stores that can't be compared are
// not.
func same(a, b session.Store) bool {
	return reflect.TypeOf(a).Comparable() && reflect.TypeOf(b).Comparable() && a == b
}

// New returns an engine for Config.Engine that seals with the keys of ring. The
// error says what in options is wrong.
func New(ring *keyring.Ring, options Options) (*Engine, error) {
	if ring == nil {
		return nil, errors.New("sealed: there is no key ring")
	}
	if err := options.check(); err != nil {
		return nil, err
	}
	if options.CookieName == "" {
		options.CookieName = defaultCookieName
	}
	e := &Engine{
		ring: ring, seals: newSealer(ring, options),
		fresh: options.Records != nil, overflow: options.Overflow != nil, touchEvery: options.TouchEvery,
	}
	if e.fresh {
		e.listed = newRecords(options.Records, options)
		e.server = newRecords(quietStore{options.Records}, options)
	} else if e.overflow {
		e.server = newRecords(quietStore{options.Overflow}, options)
	}
	return e, nil
}

// newRecords returns the engine of the records. Their application is none that a
// Manager over the same store has by accident: what names a record is no token there.
func newRecords(store session.Store, o Options) *session.ServerEngine {
	e := session.NewServerEngine(store, fmt.Sprintf("sealed %q", o.App))
	e.EndReused = o.EndReused
	return e
}
