package flask

import (
	"cmp"
	"crypto/sha1" //nolint:gosec // Flask's default; HMAC doesn't need it to resist collisions
	"errors"
	"fmt"
	"hash"
	"slices"
	"time"

	"github.com/coatcheck-go/session/compat/itsdangerous"
)

// Options are what the Flask application and this one must agree on. Only
// SecretKeys must be set; every other zero value is Flask's default.
type Options struct {
	// SecretKeys are SECRET_KEY, which signs, and after it SECRET_KEY_FALLBACKS,
	// which are accepted. Flask before 3.1 knows no fallbacks.
	SecretKeys []string

	// RenewFallbacks signs a session that a fallback had signed anew as soon as it
	// is used. Default, as in Flask: when it is changed.
	RenewFallbacks bool

	// Salt, KeyDerivation and Digest are those of the application's
	// SecureCookieSessionInterface. Default "cookie-session", HMAC and SHA-1.
	Salt          string
	KeyDerivation itsdangerous.KeyDerivation
	Digest        func() hash.Hash

	// Lifetime is PERMANENT_SESSION_LIFETIME. Every session ends that long after
	// its last change, permanent or not; a permanent one with each request anew,
	// see NoRefresh. From 1 second to 400 days. Default 31 days.
	Lifetime time.Duration

	// NoRefresh is SESSION_REFRESH_EACH_REQUEST = False: the cookie of a permanent
	// session is sent when it has changed and not with every response.
	NoRefresh bool

	// BackDate is how far the clocks of the hosts may differ. Cookies are signed
	// that much in the past, since Flask drops a cookie of which the time is to
	// come; and cookies up to that much in the future are taken. Default 1
	// second; negative for none. At most 1 minute.
	BackDate time.Duration

	// SubjectKey is where the application keeps who is signed in. Default
	// "username", as in Flask's documentation; Flask-Login has "_user_id". It is no
	// value of the session: Login alone sets it, and Subject reads it. "-" for
	// none; then nobody can log in here.
	SubjectKey string

	// IntegerSubject: the application keeps an integer under SubjectKey, such as
	// the row of its user table. Login then takes decimal digits alone.
	IntegerSubject bool

	// IDKey is under which key a random ID of the session is kept. Only CSRFToken
	// needs one: without it no token passes, for a Flask session has nothing that
	// tells it from another one with the same values. With it every session that is
	// used here gets this key, which Flask views then see. Default: none.
	IDKey string

	// Tags are types of the application's own, see [Tag].
	Tags []Tag
}

const (
	defaultSalt     = "cookie-session"
	defaultLifetime = 31 * 24 * time.Hour
	maxLifetime     = 400 * 24 * time.Hour // that of package session
	defaultBackDate = time.Second
	maxBackDate     = time.Minute
	defaultSubject  = "username"
	noSubject       = "-"
)

// The keys that Flask itself uses.
const (
	permanentKey = "_permanent"
	flashesKey   = "_flashes"
)

// resolve puts the defaults in and checks the rest.
func (o Options) resolve() (Options, error) {
	o.Salt = cmp.Or(o.Salt, defaultSalt)
	o.KeyDerivation = cmp.Or(o.KeyDerivation, itsdangerous.HMAC)
	o.Lifetime = cmp.Or(o.Lifetime, defaultLifetime).Truncate(time.Second) // as Flask's int()
	o.BackDate = max(cmp.Or(o.BackDate, defaultBackDate), 0)
	o.SubjectKey = cmp.Or(o.SubjectKey, defaultSubject)
	if o.Digest == nil {
		o.Digest = sha1.New
	}
	return o, o.check()
}

func (o Options) check() error {
	own := []string{permanentKey, flashesKey}
	switch {
	case len(o.SecretKeys) == 0:
		return errors.New("flask: Options.SecretKeys is empty: it must hold the application's SECRET_KEY")
	case slices.Contains(o.SecretKeys, ""):
		return errors.New("flask: Options.SecretKeys: a key is empty")
	case o.Lifetime < time.Second || o.Lifetime > maxLifetime:
		return fmt.Errorf("flask: Options.Lifetime is %v, must be from 1s to 9600h (400 days)", o.Lifetime)
	case o.BackDate > maxBackDate:
		return fmt.Errorf("flask: Options.BackDate is %v, at most %v", o.BackDate, maxBackDate)
	case slices.Contains(own, o.SubjectKey) || slices.Contains(own, o.IDKey) || o.IDKey == o.SubjectKey:
		return errors.New("flask: Options.SubjectKey and Options.IDKey must be keys of their own, and none of Flask's")
	}
	return nil
}

// keys are SecretKeys in the order of itsdangerous.
func (o Options) keys() []string {
	oldestFirst := slices.Clone(o.SecretKeys)
	slices.Reverse(oldestFirst)
	return oldestFirst
}

// signing are the settings of the signer that Flask's interface makes
// (get_signing_serializer).
func (o Options) signing() itsdangerous.Options {
	return itsdangerous.Options{Salt: o.Salt, KeyDerivation: o.KeyDerivation, Digest: o.Digest}
}
