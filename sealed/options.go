package sealed

import (
	"errors"
	"reflect"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/keyring"
)

// Options says how an [Engine] works. The zero value seals without any store.
// The cookie's name, the application and the times are the Manager's, see [Engine.Bind].
type Options struct {
	// SignedOnly leaves the token readable to whoever holds it, and only prevents
	// changes, by HMAC-SHA256. Default: nobody but the server can read it. Tokens of the
	// one kind are unknown to an engine of the other.
	SignedOnly bool

	// Records keeps a small record of each session, so that what is ended stays
	// ended; see the package's documentation. Who is logged in, and the limits, are
	// then what the record says. Default: there is none. To set or unset it
	// signs everybody out.
	Records session.Store

	// Overflow keeps sessions that are too large for a token, for as long as they
	// are; the token only names them meanwhile. With Records it must be the same
	// store. Default: such a session is session.ErrTooLarge.
	Overflow session.Store
}

func (o Options) check() error {
	if o.Records != nil && o.Overflow != nil && !same(o.Records, o.Overflow) {
		return errors.New("sealed: Options.Overflow must be the store of Options.Records: a session has one record")
	}
	return nil
}

// same reports whether a and b are one store. Stores that can't be compared are
// not.
func same(a, b session.Store) bool {
	return reflect.TypeOf(a).Comparable() && reflect.TypeOf(b).Comparable() && a == b
}

// New returns an engine for Config.Engine that seals with the keys of ring, copying
// options. The error says what in options is wrong.
func New(ring *keyring.Ring, options Options) (*Engine, error) {
	if ring == nil {
		return nil, errors.New("sealed: there is no key ring")
	}
	if err := options.check(); err != nil {
		return nil, err
	}
	return &Engine{ring: ring, options: options}, nil
}
