package main

import (
	"crypto/rand"
	"slices"
	"strings"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/compat/flask"
)

// prefix begins the names of Flask's settings in the environment.
const prefix = "FLASK"

// sharedSettings returns the environment that both sides read their settings from.
// What is set already stays. A secret that is made here ends with the program, and so
// do all sessions.
func sharedSettings(environ []string) []string {
	for _, preset := range []string{
		prefix + "_SECRET_KEY=" + rand.Text(),
		prefix + "_SESSION_COOKIE_SAMESITE=Lax", // Flask sends none
	} {
		name, _, _ := strings.Cut(preset, "=")
		if !slices.ContainsFunc(environ, func(s string) bool { return strings.HasPrefix(s, name+"=") }) {
			environ = append(environ, preset)
		}
	}
	return environ
}

// newManager shares the sessions of a Flask application with these settings.
func newManager(environ []string) (*session.Manager, error) {
	config, err := flask.FromConfig(flask.SettingsFromEnv(prefix, environ), flask.Options{SubjectKey: "username"})
	if err != nil {
		return nil, err
	}
	return session.New(config)
}
