package flasksession

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/coatcheck-go/session/compat/itsdangerous"
	"github.com/coatcheck-go/session/kv"
)

// Options are what the Flask application and this one must agree on. Only Store
// must be set; every other zero value is Flask-Session's default.
type Options struct {
	// Store is where the sessions are: a [Folder], a [Table], or any other
	// kv.Store.
	Store kv.Store

	// Prefix is SESSION_KEY_PREFIX. Default "session:". "-" for none, where it is
	// empty there. Store must put nothing in front by itself: a redisstore.KV has
	// the Prefix "-" for that, a memcachestore.KV does so by default.
	Prefix string

	// Format is how sessions are written.
	Format Format

	// IDLength is SESSION_ID_LENGTH: how many random bytes a new ID has.
	// Default 32; from 16 to 64.
	IDLength int

	// UUID makes new IDs UUIDs, as Flask-Session 0.3.2 does. Both read both.
	UUID bool

	// SecretKeys are set for SESSION_USE_SIGNER: the cookie is then the ID and its
	// signature. The first is SECRET_KEY, which signs; the others are accepted,
	// which Flask-Session itself doesn't do.
	SecretKeys []string

	// Lifetime is PERMANENT_SESSION_LIFETIME: every session ends that long after
	// its last request, permanent or not. From 1 second to 400 days. Default 31
	// days.
	Lifetime time.Duration

	// NoRefresh is SESSION_REFRESH_EACH_REQUEST = False: a session ends Lifetime
	// after its last change.
	NoRefresh bool

	// NotPermanent is SESSION_PERMANENT = False: the cookie of a new session goes
	// with the browser.
	NotPermanent bool

	// SubjectKey is where the application keeps who is signed in. Default
	// "username", as in Flask's documentation; Flask-Login has "_user_id". It is no
	// value of the session: Login alone sets it, and Subject reads it. "-" for
	// none; then nobody can log in here.
	SubjectKey string

	// IntegerSubject: the application keeps an integer under SubjectKey, such as
	// the row of its user table. Login then takes decimal digits alone.
	IntegerSubject bool
}

const (
	defaultPrefix   = "session:"
	noPrefix        = "-"
	defaultLifetime = 31 * 24 * time.Hour
	maxLifetime     = 400 * 24 * time.Hour // that of package session
	defaultSubject  = "username"
	noSubject       = "-"
	defaultIDLength = 32
	minIDLength     = 16 // 128 bits, see token.go
	maxIDLength     = 64

	permanentKey = "_permanent"
	flashesKey   = "_flashes"
)

// resolve puts the defaults in and checks the rest.
func (o Options) resolve() (Options, error) {
	if o.Prefix = cmp.Or(o.Prefix, defaultPrefix); o.Prefix == noPrefix {
		o.Prefix = ""
	}
	o.IDLength = cmp.Or(o.IDLength, defaultIDLength)
	o.Lifetime = cmp.Or(o.Lifetime, defaultLifetime)
	o.SubjectKey = cmp.Or(o.SubjectKey, defaultSubject)
	if o.Format == 0 {
		o.Format = o.newestFormat()
	}
	return o, o.check()
}

func (o Options) check() error {
	_, inFolder := o.Store.(*Folder)
	switch {
	case o.Store == nil:
		return errors.New("flasksession: Options.Store must be set")
	case len(o.Prefix) > kv.MaxKey-maxSID || strings.ContainsFunc(o.Prefix, notVisible):
		return fmt.Errorf("flasksession: Options.Prefix must be visible ASCII, at most %d bytes", kv.MaxKey-maxSID)
	case o.IDLength < minIDLength || o.IDLength > maxIDLength:
		return fmt.Errorf("flasksession: Options.IDLength is %d, must be from %d to %d", o.IDLength, minIDLength, maxIDLength)
	case o.Lifetime < time.Second || o.Lifetime > maxLifetime:
		return fmt.Errorf("flasksession: Options.Lifetime is %v, must be from 1s to 9600h (400 days)", o.Lifetime)
	case o.SubjectKey == permanentKey || o.SubjectKey == flashesKey:
		return errors.New("flasksession: Options.SubjectKey must be none of Flask's own keys")
	case o.Format > last:
		return errors.New("flasksession: Options.Format is none of the constants")
	case inFolder && (o.Format == Msgpack || o.Format == JSON):
		return errors.New("flasksession: Options.Format: in a folder there are only pickles")
	}
	return nil
}

func notVisible(r rune) bool { return r <= ' ' || r > '~' }

// signer returns Flask-Session's, nil if cookies aren't signed.
func (o Options) signer() (*itsdangerous.Signer, error) {
	if len(o.SecretKeys) == 0 {
		return nil, nil
	}
	oldestFirst := slices.Clone(o.SecretKeys)
	slices.Reverse(oldestFirst)
	s, err := itsdangerous.NewSigner(oldestFirst, itsdangerous.Options{
		Salt: "flask-session", KeyDerivation: itsdangerous.HMAC,
	})
	if err != nil {
		return nil, fmt.Errorf("flasksession: Options.SecretKeys: %w", err)
	}
	return s, nil
}
