package jwt

import (
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/coatcheck-go/session"
)

// Options say how an [Engine] works. Keys, Issuer and Audience must be set.
type Options struct {
	// Keys verify tokens, chosen by the ID that a token names, never by trial.
	// The first one signs. To remove a key is to refuse what it signed.
	Keys []Key

	// Issuer is who makes the tokens, Audience who they are for: the claims
	// "iss" and "aud". Tokens with others are refused.
	Issuer, Audience string

	// Store keeps a record of each session: its refresh token, its values. Without
	// one the token is the session, and nothing can be revoked.
	Store session.Store

	// Access is how long a JWT is good before the record is read again, and so
	// the longest that a revocation takes to reach its holder. Needs Store.
	// Default 5 minutes; whole seconds, at most 24 hours.
	Access time.Duration

	// Grace is how long a refresh token still leads to the next one after its
	// rotation, for requests that race and for responses that were lost. Needs
	// Store. Default 30 seconds, or Access if that is less; at most Access and
	// 5 minutes.
	Grace time.Duration

	// CheckEvery reads the record at every request, so that a revocation holds
	// at once, and so that no request sees an older state than was saved. The JWT
	// is then for other services. Needs Store; make it one behind a near cache.
	CheckEvery bool

	// Leeway is how far ahead the clock of the process that signed may be.
	// Default 10 seconds, at most a minute; negative for none. Nothing is good
	// for longer by it.
	Leeway time.Duration
}

const (
	defaultAccess = 5 * time.Minute
	maxAccess     = 24 * time.Hour
	defaultGrace  = 30 * time.Second
	maxGrace      = 5 * time.Minute
	defaultLeeway = 10 * time.Second
	maxLeeway     = time.Minute
)

// resolve puts the defaults in and checks the rest.
func (o Options) resolve() (Options, error) {
	if o.Store == nil && (o.Access != 0 || o.Grace != 0 || o.CheckEvery) {
		return o, errors.New("jwt: Options.Access, Grace and CheckEvery need a Store")
	}
	if o.Access == 0 {
		o.Access = defaultAccess
	}
	if o.Grace == 0 {
		o.Grace = min(defaultGrace, o.Access)
	}
	if o.Leeway == 0 {
		o.Leeway = defaultLeeway
	}
	o.Leeway = max(o.Leeway, 0)
	return o, o.check()
}

func (o Options) check() error {
	for _, name := range []string{o.Issuer, o.Audience} {
		if name == "" || !utf8.ValidString(name) {
			return errors.New("jwt: Options.Issuer and Audience must be set, to UTF-8")
		}
	}
	switch {
	case o.Access < time.Second || o.Access > maxAccess || o.Access%time.Second != 0:
		return fmt.Errorf("jwt: Options.Access is %v, must be whole seconds up to %v", o.Access, maxAccess)
	case o.Grace < 0 || o.Grace > min(maxGrace, o.Access):
		return fmt.Errorf("jwt: Options.Grace is %v, must be from 0 to %v", o.Grace, min(maxGrace, o.Access))
	case o.Leeway > maxLeeway:
		return fmt.Errorf("jwt: Options.Leeway is %v, at most %v", o.Leeway, maxLeeway)
	}
	return nil
}
