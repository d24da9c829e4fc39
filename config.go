package session

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// Config says how a [Manager] works. Only Store (or Engine) must be set; the
// zero value of every other field is the recommended, safe one. New copies it.
type Config struct {
	// Store keeps the sessions, see memstore, filestore and sqlstore.
	Store Store

	// Engine is for sessions that are not in a Store of Coatcheck's own
	// format. Set Store or Engine, not both.
	Engine Engine

	// App names the application. Tokens of one App are unknown in another,
	// even when both share a store. Default "".
	App string

	// Limits are for sessions that don't have their own, see
	// Session.SetLimits.
	Limits Limits

	// TouchEvery is how old the noted time of the last request may become
	// before it is noted anew; so reads seldom write. A session may end that
	// much before its idle timeout. Default: a tenth of the session's idle timeout, at
	// most 5 minutes. Never more than half of the idle timeout.
	TouchEvery time.Duration

	// RotateGrace is how long a token still leads to the session after
	// Rotate, so that requests sent before are not signed out. Login has no
	// grace. Default 30 seconds, at most 5 minutes; negative for none.
	RotateGrace time.Duration

	// EndReused ends a session when a request comes with one of its old tokens
	// that was rotated away, after the grace and within an hour: the token may
	// have been stolen, and nobody can tell the thief from the owner. What counts
	// is when the request first used its session: a handler that reads a long
	// upload should do so before. Default: it is only told, as EventReusedToken.
	EndReused bool

	// Persistent makes the cookie of new sessions outlive the browser. Default:
	// it goes when the browser closes; see Session.SetPersistent for "remember
	// me".
	Persistent bool

	// SaveEveryRequest saves a session at each request that carries one,
	// though nothing changed (Django's SESSION_SAVE_EVERY_REQUEST).
	SaveEveryRequest bool

	// RefreshEachRequest sends the cookie of a persistent session anew with
	// each response (Flask's SESSION_REFRESH_EACH_REQUEST).
	RefreshEachRequest bool

	// DiscardOnServerError drops the changes of a request that is answered
	// with a 5xx status, as Django does. A Logout or Destroy is done all the same.
	DiscardOnServerError bool

	// LoadTimeout bounds the reading of a session, so that a store which doesn't
	// answer is a 503 and not a request that hangs. Default 5 seconds.
	LoadTimeout time.Duration

	// SaveTimeout bounds the saving of one request's changes, which goes on
	// although the visitor has gone away. Default 5 seconds.
	SaveTimeout time.Duration

	// MaxBytes limits keys and values of one session together. Default and
	// most: 512 KiB.
	MaxBytes int

	// Codec encodes the values. Default JSON.
	Codec Codec

	// Cookie says what the cookie looks like.
	Cookie Cookie

	// Header lets clients carry the token in a header. Default: cookies only.
	Header Header

	// AllowPrivateCaching lets the visitor's own browser keep responses that
	// made use of the session: a Cache-Control of "private" that the handler
	// set stays. Default: such responses are always no-store.
	AllowPrivateCaching bool

	// ClearSiteData is the header sent by Logout. Default
	// "cache", "cookies", "storage" (with the quotes); "-" sends none.
	ClearSiteData string

	// TrustedOrigins may send requests that change something, though they are
	// other sites: "https://login.example.com".
	TrustedOrigins []string

	// InsecureAllowCrossOrigin turns the check of http.CrossOriginProtection
	// off. The application must then prevent CSRF by other means.
	InsecureAllowCrossOrigin bool

	// MaxPerSubject limits how many sessions a subject may have at a time,
	// exactly, however many log in at once. 0 means no limit. Needs a
	// SubjectStore.
	MaxPerSubject int

	// AtLimit says what a Login beyond MaxPerSubject does. Default EndOldest.
	AtLimit LimitPolicy

	// ClientAddress tells a visitor's address for the list of devices. Default:
	// the host of Request.RemoteAddr. Behind a proxy, read the header that the proxy sets.
	ClientAddress func(*http.Request) string

	// ErrorHandler answers a request whose session could not be loaded or
	// saved, or that comes from another site. Nothing has been sent yet. A request
	// that was refused has no session: FromContext is nil, and From panics. Default: a
	// plain text with the status of StatusCode, and Retry-After with a 503.
	ErrorHandler func(w http.ResponseWriter, r *http.Request, err error)

	// OnEvent is told what happens to sessions. It is called on the request's
	// path and must be quick and safe for concurrent use. A method of the request's
	// session called in it would wait for ever.
	OnEvent func(context.Context, Event)

	// Logger gets the same events, see Event.Level. Default: none.
	Logger *slog.Logger
}

const (
	defaultRotateGrace = 30 * time.Second
	maxRotateGrace     = 5 * time.Minute
	maxTouchEvery      = 5 * time.Minute
	defaultTimeout     = 5 * time.Second
	defaultMaxBytes    = 512 << 10
	defaultClear       = `"cache", "cookies", "storage"`
)

// resolve puts the defaults in and checks the rest.
func (c Config) resolve() (Config, error) {
	limits, err := c.Limits.resolve()
	cookie, cookieErr := c.Cookie.resolve()
	header, headerErr := c.Header.resolve()
	c.Limits, c.Cookie, c.Header = limits, cookie, header
	setDefault(&c.RotateGrace, defaultRotateGrace)
	setDefault(&c.LoadTimeout, defaultTimeout)
	setDefault(&c.SaveTimeout, defaultTimeout)
	setDefault(&c.MaxBytes, defaultMaxBytes)
	setDefault(&c.ClearSiteData, defaultClear)
	if c.Codec == nil {
		c.Codec = JSON
	}
	if c.ClientAddress == nil {
		c.ClientAddress = remoteHost
	}
	if c.ErrorHandler == nil {
		c.ErrorHandler = writeError
	}
	return c, errors.Join(err, cookieErr, headerErr, c.check())
}

func setDefault[T comparable](field *T, value T) {
	if zero := *new(T); *field == zero {
		*field = value
	}
}

func (c Config) check() error {
	switch {
	case (c.Store == nil) == (c.Engine == nil):
		return errors.New("session: set Config.Store or Config.Engine, one of them (memstore.New(memstore.Options{}) is a Store)")
	case c.RotateGrace > maxRotateGrace:
		return fmt.Errorf("session: Config.RotateGrace is %v, at most %v", c.RotateGrace, maxRotateGrace)
	case c.TouchEvery < 0 || c.LoadTimeout < 0 || c.SaveTimeout < 0:
		return errors.New("session: Config.TouchEvery, Config.LoadTimeout and Config.SaveTimeout can't be negative")
	case c.MaxBytes < 0 || c.MaxBytes > defaultMaxBytes:
		return fmt.Errorf("session: Config.MaxBytes is %d, must be from 1 to %d", c.MaxBytes, defaultMaxBytes)
	case c.MaxPerSubject < 0:
		return fmt.Errorf("session: Config.MaxPerSubject is %d, can't be negative", c.MaxPerSubject)
	case c.MaxPerSubject > 0 && !c.findsSubjects():
		return fmt.Errorf("session: Config.MaxPerSubject needs a store that finds sessions by subject: %w", errors.ErrUnsupported)
	}
	return nil
}

// protection checks where requests come from; nil where nobody asked for that.
func (c Config) protection() (*http.CrossOriginProtection, error) {
	if c.InsecureAllowCrossOrigin {
		return nil, nil
	}
	p := http.NewCrossOriginProtection()
	for _, origin := range c.TrustedOrigins {
		if err := p.AddTrustedOrigin(origin); err != nil {
			return nil, fmt.Errorf("session: Config.TrustedOrigins: %w", err)
		}
	}
	return p, nil
}

// findsSubjects reports whether sessions can be found by their subject.
func (c Config) findsSubjects() bool {
	store := c.Store
	if store == nil {
		if records := recordsOf(c.Engine); records != nil {
			store = records.store
		}
	}
	_, ok := store.(SubjectStore)
	return ok
}

// remoteHost is the default of Config.ClientAddress.
func remoteHost(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// writeError is the default of Config.ErrorHandler.
func writeError(w http.ResponseWriter, _ *http.Request, err error) {
	status := StatusCode(err)
	if status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "5")
	}
	text := http.StatusText(status)
	if errors.Is(err, errInsecure) {
		text = err.Error() // a developer is looking
	}
	http.Error(w, text, status)
}
