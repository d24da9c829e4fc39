package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/jwt"
	"github.com/coatcheck-go/session/keyring"
	"github.com/coatcheck-go/session/sealed"
)

const (
	cookieForm = "cookie:[URL]"
	jwtForm    = "jwt:[URL]"

	// secretVariable holds the keys that seal and sign, when no key file does.
	secretVariable = "COATCHECK_SECRET"
)

// A keySource is where the keys of a ring are, for people.
type keySource struct {
	ring  *keyring.Ring
	place string
	lasts bool // they outlive the program
}

// openKeys reads the key file, or else the environment; without either it makes a
// key for this run.
func openKeys(file string) (keySource, error) {
	if file != "" {
		ring, err := keyring.File(file)
		if err != nil {
			return keySource{}, adviseKeys(err, file)
		}
		return keySource{ring, "the keys in " + file, true}, nil
	}
	if _, set := os.LookupEnv(secretVariable); set {
		ring, err := keyring.FromEnv(secretVariable)
		return keySource{ring, "the keys in " + secretVariable, true}, err
	}
	ring, err := keyring.New(keyring.Generate())
	return keySource{ring, "a key made for this run", false}, err
}

// openCookie keeps sessions in the cookie, with a record of each in the store that
// the rest of the URL names, if there is one.
func openCookie(ctx context.Context, rest string, w want) (*backend, error) {
	return openClientSide(ctx, "cookie", "sealed with", rest, w, func(keys keySource, store session.Store) (session.Engine, error) {
		return sealed.New(keys.ring, sealed.Options{Records: store, Overflow: store})
	})
}

// openJWT keeps sessions in JSON Web Tokens, as openCookie does.
func openJWT(ctx context.Context, rest string, w want) (*backend, error) {
	var engine *jwt.Engine
	b, err := openClientSide(ctx, "jwt", "signed with", rest, w, func(keys keySource, store session.Store) (session.Engine, error) {
		signing, err := signingKeys(keys.ring)
		if err != nil {
			return nil, err
		}
		engine, err = jwt.New(jwt.Options{Keys: signing, Issuer: w.site.app, Audience: w.site.app, Store: store})
		return engine, err
	})
	if err != nil || b.keys == nil {
		return b, err
	}
	ring := b.keys
	b.reload = func() error {
		if err := ring.Reload(); err != nil {
			return err
		}
		signing, err := signingKeys(ring)
		if err != nil {
			return err
		}
		return engine.SetKeys(signing...)
	}
	return b, nil
}

// signingKeys derives a key for HS256 from each key of the ring.
func signingKeys(ring *keyring.Ring) (keys []jwt.Key, err error) {
	for _, key := range ring.Keys() {
		secret, err := key.Subkey(32, "coatcheck demo: jwt HS256")
		if err != nil {
			return nil, err
		}
		signing, err := jwt.SecretKey(secret)
		if err != nil {
			return nil, err
		}
		keys = append(keys, signing.WithID(key.ID().String()))
	}
	return keys, nil
}

// openClientSide does what both kinds have in common.
func openClientSide(ctx context.Context, name, done, rest string, w want, make func(keySource, session.Store) (session.Engine, error)) (*backend, error) {
	b, err := openRecords(ctx, name, rest, w)
	if err != nil || w.site == nil {
		return b, err
	}
	keys, err := openKeys(w.site.keyFile)
	if err == nil {
		b.engine, err = make(keys, b.store)
	}
	if err != nil {
		return nil, errors.Join(err, b.close())
	}
	b.site.ClientSide = true
	b.keys, b.reload = keys.ring, keys.ring.Reload
	b.place = fmt.Sprintf("the visitor's own cookie, %s %s%s", done, keys.place, b.place)
	b.lasts = keys.lasts && (rest == "" || b.lasts)
	if rest == "" {
		b.site.NoList = "Here the cookie holds the whole session and the server keeps no record of it, so sessions can be neither listed nor " +
			"ended from elsewhere. A copy of a cookie is good until it expires, also after signing out. Start the demo with a store " +
			"after the colon, as in " + name + ":sqlite:sessions.db, and all of this works."
	}
	return b, nil
}

// openRecords opens the store of the records. It has no store if there are none.
func openRecords(ctx context.Context, name, rest string, w want) (*backend, error) {
	if rest == "" {
		return &backend{close: func() error { return nil }}, nil
	}
	inner, _, s, err := findScheme(rest)
	switch {
	case err != nil:
		return nil, err
	case !s.isStore():
		return nil, usagef("%s: takes a store after the colon, not %s:", name, inner)
	}
	b, err := openStore(ctx, rest, w)
	if err != nil {
		return nil, err
	}
	b.place = "; whether a session has ended is looked up in " + b.place
	return b, nil
}
