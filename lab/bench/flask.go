package main

import (
	"context"
	"crypto/sha1" //nolint:gosec // what Flask signs with
	"encoding/json"
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
		if err != nil {
			return nil, err
		}
		var s session.Snapshot
		if err := engine.Open(context.Background(), token, &s); err != nil {
			return nil, err
		}
		return c.site(engine, &s)
	}
}

func (c flaskCase) site(engine *flask.Engine, s *session.Snapshot) (*site, error) {
	seals := 0
	return tokenSite(
		func() (string, error) {
			seals++
			s.Values.Set(c.key, c.values[seals%2])
			return engine.Keep(context.Background(), s, s, 0)
		},
		func(token string) error {
			var opened session.Snapshot
			return engine.Open(context.Background(), token, &opened)
		})
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

// A pythonVisitor lets itsdangerous work in a process of its own, which measures the
// time itself.
type pythonVisitor struct {
	peer  *peer.Peer
	setup peer.Setup
	what  string // dumps or loads
	data  string
}

func openPython(c flaskCase) func(options) (*site, error) {
	return func(options) (*site, error) {
		text, err := json.Marshal(asMap(c.data))
		if err != nil {
			return nil, err
		}
		python, err := peer.Start(context.Background())
		if err != nil {
			return nil, err
		}
		v := pythonVisitor{peer: python, data: string(text), setup: peer.Setup{
			Kind: "itsdangerous", Key: flaskKey, Salt: flaskSalt, Derivation: "hmac", Digest: "sha1",
			ASCII: true, Now: time.Now().Unix(),
		}}
		return &site{visitor: v.of, close: python.Close}, nil
	}
}

func (v pythonVisitor) of(a act, _ string) visitor {
	v.what = "loads"
	if a == actSeal {
		v.what = "dumps"
	}
	return v
}

func (v pythonVisitor) time(visits int) (time.Duration, error) {
	nanos, err := v.peer.Bench(v.setup, v.what, v.data, visits)
	return time.Duration(nanos * float64(visits)), err
}

func (v pythonVisitor) visit() bool {
	_, err := v.time(1)
	return err == nil
}

func (pythonVisitor) setCookies() []string { return nil }
func (pythonVisitor) body() string         { return "" }
