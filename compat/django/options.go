package django

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/coatcheck-go/session/kv"
)

// Options are what the Django site and this program must agree on. Only SecretKeys
// must be set (and not even those for sessions in a cache where nobody signs in);
// every other zero value is Django's default.
type Options struct {
	// SecretKeys are SECRET_KEY, which signs, and after it SECRET_KEY_FALLBACKS,
	// which are accepted.
	SecretKeys []string

	// Backend is where the sessions are: of package djangostore, or any other
	// kv.Store, under the session keys as they are in the cookie. Nil: in the
	// cookie itself, which is Django's signed_cookies.
	Backend kv.Store

	// Cache: Backend is a cache, where Django's cache engine keeps a dict as it is
	// and doesn't sign it.
	Cache bool

	// Serializer is SESSION_SERIALIZER; with Cache it is what the cache itself does.
	// Default JSON; with Cache Pickle, which then is written as well.
	Serializer Serializer

	// Class is the name of the engine's class, with which the db, file and cached_db
	// engines sign. Default "SessionStore", as in Django's own.
	Class string

	// SHA1 is for sites that began before Django 3.1. Default NoSHA1.
	SHA1 SHA1

	// Django3: the oldest peer is a Django before 4.1, which reads a time in
	// _session_expiry from pickles alone. With another Serializer Session.ExpireAt
	// then is an errors.ErrUnsupported when the session is saved.
	Django3 bool

	// CookieAge is SESSION_COOKIE_AGE: every session that hasn't its own expiry
	// ends that long after its last change. From 1 second to 400 days. Default 14
	// days.
	CookieAge time.Duration

	// BrowserClose is SESSION_EXPIRE_AT_BROWSER_CLOSE.
	BrowserClose bool

	// SaveEveryRequest is SESSION_SAVE_EVERY_REQUEST.
	SaveEveryRequest bool

	// Zone is TIME_ZONE of a site with USE_TZ = False, whose times have no
	// offset. Default nil: USE_TZ is True.
	Zone *time.Location

	// UserPassword returns the password of a user as auth_user has it: its encoded
	// hash. id is Django's, as text. session.ErrNotFound, or an empty text: there is
	// no such user, or one that isn't active; any other error fails the request. It is called when a
	// session of somebody signed in is read, as Django itself reads the user then.
	// Without it everybody is anonymous here, and nobody can log in.
	UserPassword func(ctx context.Context, id string) (encoded string, err error)

	// AuthBackends are AUTHENTICATION_BACKENDS. Who signed in by another one is
	// anonymous; Login takes the first. Default
	// "django.contrib.auth.backends.ModelBackend".
	AuthBackends []string
}

// SHA1 says how Django's signatures of before 3.1 are treated.
type SHA1 byte

// What can be done with SHA-1.
const (
	NoSHA1    SHA1 = iota // Django 4.0 and newer
	ReadSHA1              // Django 3.1 and 3.2: both are read, SHA-256 is written
	WriteSHA1             // the same with DEFAULT_HASHING_ALGORITHM = "sha1"
)

const (
	defaultClass     = "SessionStore"
	defaultCookieAge = 14 * 24 * time.Hour
	maxCookieAge     = 400 * 24 * time.Hour // the longest of package session
	modelBackend     = "django.contrib.auth.backends.ModelBackend"
)

func (o Options) withDefaults() Options {
	o.Class = cmp.Or(o.Class, defaultClass)
	o.CookieAge = cmp.Or(o.CookieAge, defaultCookieAge)
	if o.Serializer == nil {
		o.Serializer = JSON
		if o.Cache {
			o.Serializer = Pickle{Write: true}
		}
	}
	if len(o.AuthBackends) == 0 {
		o.AuthBackends = []string{modelBackend}
	}
	return o
}

func (o Options) check() error {
	switch {
	case o.Cache && o.Backend == nil:
		return errors.New("django: Options.Cache needs a Backend")
	case o.CookieAge < time.Second || o.CookieAge > maxCookieAge || o.CookieAge%time.Second != 0:
		return fmt.Errorf("django: Options.CookieAge is %v, must be whole seconds, from 1s to 9600h (400 days)", o.CookieAge)
	case o.SHA1 > WriteSHA1:
		return errors.New("django: Options.SHA1 is none of the constants")
	case slices.Contains(o.AuthBackends, ""):
		return errors.New("django: Options.AuthBackends: a name is empty")
	}
	return nil
}

// secretKeys returns the key that signs, and those that are accepted besides.
func (o Options) secretKeys() (key string, fallbacks []string, err error) {
	switch {
	case len(o.SecretKeys) == 0:
		return "", nil, errors.New("django: Options.SecretKeys is empty: it must hold the site's SECRET_KEY")
	case slices.Contains(o.SecretKeys, ""):
		return "", nil, errors.New("django: Options.SecretKeys: a key is empty")
	}
	return o.SecretKeys[0], o.SecretKeys[1:], nil
}

// form is how sessions are kept.
func (o Options) form() (form, error) {
	switch {
	case o.Cache:
		return form{serializer: o.Serializer}, nil
	case o.Backend == nil:
		return o.signedForm(cookieSalt)
	}
	return o.signedForm("django.contrib.sessions." + o.Class)
}
