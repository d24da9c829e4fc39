package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"net/url"
	"time"

	"github.com/coatcheck-go/session/lab/python/peer"
)

//go:embed peer.py
var djangoProgram string

// djangoConfig is what the program is told.
type djangoConfig struct {
	Engine   string            `json:"engine"`
	Key      string            `json:"key"`
	Data     map[string]any    `json:"data"`
	Database map[string]string `json:"database"` // nil: none
	Table    string            `json:"table"`
}

// startDjango starts a Django site that has one session.
func startDjango(c djangoConfig) (*peer.Peer, error) {
	c.Key = djangoKey
	text, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	return peer.Run(context.Background(), djangoProgram, string(text))
}

// A pythonDjangoVisitor lets Django work in a process of its own, which measures the time
// itself.
type pythonDjangoVisitor struct {
	callVisitor

	peer *peer.Peer
	act  string
}

// pythonActs are the acts in Python.
var pythonActs = map[act]string{actRead: "read", actWrite: "write", actLoad: "load", actSave: "save"}

func (v pythonDjangoVisitor) time(visits int) (time.Duration, error) {
	var took struct {
		Nanos time.Duration
		Right bool
	}
	err := v.peer.Ask(map[string]any{"op": "bench", "act": v.act, "n": visits}, &took)
	if err == nil && !took.Right {
		err = errAnswer
	}
	return took.Nanos, err
}

// pythonDjangoSite is a site of Django's own.
func pythonDjangoSite(c djangoConfig) (*site, error) {
	python, err := startDjango(c)
	if err != nil {
		return nil, err
	}
	visitorOf := func(a act, _ string) visitor {
		v := pythonDjangoVisitor{peer: python, act: pythonActs[a]}
		v.callVisitor = func() error { _, err := v.time(1); return err }
		return v
	}
	return &site{visitor: visitorOf, close: python.Close}, nil
}

func openPythonCookie(o options) (*site, error) {
	return pythonDjangoSite(djangoConfig{Engine: "signed_cookies", Data: asMap(o.data)})
}

// openPythonPostgres leaves the connection open, as CONN_MAX_AGE does.
func openPythonPostgres(o options) (*site, error) {
	text, err := o.farm.postgresURL()
	if err != nil {
		return nil, err
	}
	at, err := url.Parse(text)
	if err != nil {
		return nil, err
	}
	return pythonDjangoSite(djangoConfig{
		Engine: "db", Data: asMap(o.data), Table: o.farm.name(),
		Database: map[string]string{"HOST": at.Hostname(), "PORT": at.Port(), "USER": at.User.Username(), "NAME": at.Path[1:]},
	})
}

// pythonVersions are those of Python and its packages.
func pythonVersions() (found []string, err error) {
	python, err := startDjango(djangoConfig{Engine: "signed_cookies", Data: map[string]any{}})
	if err != nil {
		return nil, err
	}
	err = python.Ask(map[string]string{"op": "versions"}, &found)
	return found, errors.Join(err, python.Close())
}
