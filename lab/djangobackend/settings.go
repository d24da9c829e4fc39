package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/compat/django"
)

// settings are what Python says of the site, as they are at the moment.
type settings struct {
	Engine       string   `json:"engine"`        // the last part of SESSION_ENGINE
	Class        string   `json:"class"`         // of the SessionStore
	SecretKeys   []string `json:"secret_keys"`   // SECRET_KEY and SECRET_KEY_FALLBACKS
	Hashing      string   `json:"hashing"`       // DEFAULT_HASHING_ALGORITHM, which only Django 3 has
	Serializer   string   `json:"serializer"`    // SESSION_SERIALIZER
	CookieAge    float64  `json:"cookie_age"`    // SESSION_COOKIE_AGE, or what the SessionStore has for it
	BrowserClose bool     `json:"browser_close"` // SESSION_EXPIRE_AT_BROWSER_CLOSE
	Zone         string   `json:"zone"`          // TIME_ZONE, "" with USE_TZ

	CookieName string   `json:"cookie_name"` // SESSION_COOKIE_NAME
	Folder     string   `json:"folder"`      // SESSION_FILE_PATH
	Table      string   `json:"table"`       // of the session model
	Database   database `json:"database"`
	Cache      cache    `json:"cache"`
}

const serializers = "django.contrib.sessions.serializers."

// options are those of the engine, but for its backend.
func (s settings) options() (o django.Options, err error) {
	o = django.Options{
		SecretKeys: s.SecretKeys, Class: s.Class, BrowserClose: s.BrowserClose,
		CookieAge: time.Duration(s.CookieAge * float64(time.Second)),
		Django3:   s.Hashing != "",
	}
	if o.CookieAge <= 0 {
		return o, errors.New("SESSION_COOKIE_AGE must be a second at least")
	}
	switch s.Hashing {
	case "sha1":
		o.SHA1 = django.WriteSHA1
	case "sha256":
		o.SHA1 = django.ReadSHA1
	}
	switch s.Serializer {
	case serializers + "JSONSerializer":
		o.Serializer = django.JSON
	case serializers + "PickleSerializer":
		o.Serializer = django.Pickle{Write: true}
	default:
		return o, fmt.Errorf("SESSION_SERIALIZER is %s, and Go doesn't know what that does", s.Serializer)
	}
	if s.Zone != "" {
		o.Zone, err = time.LoadLocation(s.Zone)
	}
	return o, err
}

// open returns the place of these settings.
func (l *links) open(s settings) (*place, error) {
	o, err := s.options()
	if err != nil {
		return nil, err
	}
	p := &place{age: o.CookieAge, persistent: !o.BrowserClose, zone: o.Zone}
	if p.signer, err = django.NewSigner(o); err != nil {
		return nil, err
	}
	if err = l.backend(s, &o, p); err != nil {
		return nil, err
	}
	if p.engine, err = django.New(o); err != nil {
		return nil, err
	}
	p.manager, err = session.New(p.engine.Config(session.Config{}))
	return p, err
}
