package main

import (
	"context"
	"crypto/sha1" //nolint:gosec // what Flask signs with
	"encoding/json"
	"errors"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/compat/flask"
	"github.com/coatcheck-go/session/compat/itsdangerous"
	"github.com/coatcheck-go/session/lab/python/peer"
)

// What both sides sign with: Flask's defaults.
const (
	flaskKey  = "a key of some length"
	flaskSalt = "cookie-session"
)

// A flaskCase is a session, and two values of one key that each seal sets in turn: what
// hasn't changed would only be signed.
type flaskCase struct {
	data   []entry
	key    string
	values [2]string // as JSON
}

// Flask compresses a cookie if that makes it shorter. The one is short enough not to be
// compressed, the other is the session of all works.
var (
	flaskShort = flaskCase{key: "lang", values: [2]string{`"de"`, `"fr"`}, data: []entry{
		{"csrf", csrf}, {"lang", "en"}, {"user_id", 7},
	}}
	flaskUsual = flaskCase{key: themeKey, values: [2]string{`"pale"`, `"grey"`}, data: small}
)

// openFlask seals and opens Flask's cookie by package compat/flask.
func openFlask(c flaskCase) func(options) (*site, error) {
	return func(options) (*site, error) {
		engine, err := flask.New(flask.Options{SecretKeys: []string{flaskKey}})
		if err != nil {
			return nil, err
		}
		token, err := flaskToken(c.data)
		if err == nil {
			token, err = pythonsOwn(flaskSetup(), token)
		}
		if err != nil {
			return nil, err
		}
		return c.site(engine, token)
	}
}

func (c flaskCase) site(engine *flask.Engine, token string) (*site, error) {
	var s session.Snapshot
	open := func() error { return engine.Open(context.Background(), token, &s) }
	seals := 0
	seal := func() error {
		seals++
		s.Values.Set(c.key, c.values[seals%2])
		_, err := engine.Keep(context.Background(), &s, &s, 0)
		return err
	}
	return callSite(seal, open), open()
}

// flaskSetup is what both sides sign with.
func flaskSetup() peer.Setup {
	return peer.Setup{
		Kind: "itsdangerous", Key: flaskKey, Salt: flaskSalt, Derivation: "hmac", Digest: "sha1",
		ASCII: true, Now: time.Now().Unix(),
	}
}

// pythonsOwn returns the token that Python makes of what is in a token: what it compresses
// are other bytes.
func pythonsOwn(setup peer.Setup, token string) (string, error) {
	python, err := peer.Start(context.Background())
	if err != nil {
		return "", err
	}
	own, err := python.Again(setup, token)
	if own.Error != "" {
		err = errors.Join(err, errors.New("Python refuses a token: "+own.Error))
	}
	return own.Token, errors.Join(err, python.Close())
}

func flaskToken(data []entry) (string, error) {
	text, err := json.Marshal(asMap(data))
	if err != nil {
		return "", err
	}
	signer, err := itsdangerous.NewURLSafeTimedSerializer([]string{flaskKey}, itsdangerous.Options{
		Salt: flaskSalt, KeyDerivation: itsdangerous.KeyDerivation("hmac"), Digest: sha1.New, ASCII: true,
	})
	if err != nil {
		return "", err
	}
	return signer.Seal(text), nil
}
