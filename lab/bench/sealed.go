package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/keyring"
	"github.com/coatcheck-go/session/sealed"
)

// newSealed returns an engine and the Manager that it is bound to.
func newSealed() (*sealed.Engine, *session.Manager, error) {
	secret := make([]byte, 32)
	_, _ = rand.Read(secret) // never fails, see its documentation
	ring, err := keyring.New(secret)
	if err != nil {
		return nil, nil, err
	}
	engine, err := sealed.New(ring, sealed.Options{})
	if err != nil {
		return nil, nil, err
	}
	m, err := session.New(session.Config{Engine: engine})
	return engine, m, err
}

func openCoatcheckSealed(o options) (*site, error) {
	_, m, err := newSealed()
	return newSite(coatcheck{m}, o), err
}

// openSealedAlone seals and opens without requests.
func openSealedAlone(o options) (*site, error) {
	engine, _, err := newSealed()
	if err != nil {
		return nil, err
	}
	s, err := snapshot(engine, o.data)
	if err != nil {
		return nil, err
	}
	return tokenSite(
		func() (string, error) { return engine.Keep(context.Background(), &session.Snapshot{}, s, 0) },
		func(token string) error {
			var opened session.Snapshot
			return engine.Open(context.Background(), token, &opened)
		})
}

// snapshot is a session as a Manager would have it sealed.
func snapshot(engine session.Engine, data []entry) (*session.Snapshot, error) {
	now := time.Now()
	s := &session.Snapshot{
		ID: engine.NewID(), Created: now, Started: now, Saved: now,
		Lifetime: 24 * time.Hour, Idle: time.Hour, Expires: now.Add(time.Hour),
	}
	for _, e := range data {
		text, err := json.Marshal(e.value)
		if err != nil {
			return nil, err
		}
		s.Values.Set(e.key, string(text))
	}
	return s, nil
}
