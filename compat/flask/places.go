package flask

import (
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/compat/internal/pyjson"
)

// place puts what a cookie holds to its places in s.
func (e *Engine) place(all []pyjson.Member, s *session.Snapshot) {
	for _, m := range all {
		if !e.placeOwn(m, s) {
			s.Values.Set(m.Key, m.Raw)
		}
	}
	if s.ID == "" {
		// A Manager needs an ID to know that there is a session. It must not
		// be guessed, for CSRF tokens are made of it; nor can it be derived, for
		// strangers' sessions may hold the same values. Renew has it kept, if it can
		// be.
		s.ID, s.Renew = e.NewID(), e.o.IDKey != ""
	}
}

// placeOwn reports whether m is no value of the session but s knows of it.
func (e *Engine) placeOwn(m pyjson.Member, s *session.Snapshot) bool {
	switch {
	case m.Key == permanentKey && m.Raw == "true":
		s.Persistent = true
		return true
	case m.Key == e.o.IDKey && e.o.IDKey != "":
		s.ID = readID(m.Raw)
		return true
	case m.Key == e.o.SubjectKey:
		s.Subject = e.o.readSubject(m.Raw)
		return s.Subject != ""
	}
	return false
}

// base32 is the alphabet of rand.Text.
const base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

// readID takes only what NewID can have made: anything else may be guessed.
func readID(raw string) string {
	id, err := pyjson.ReadString(raw)
	if err != nil || len(id) != len(rand.Text()) || strings.Trim(id, base32) != "" {
		return ""
	}
	return id
}

// check refuses what would be lost.
func (e *Engine) check(s *session.Snapshot) error {
	if s.Idle != 0 || !s.Until.IsZero() || s.Lifetime != e.o.Lifetime {
		return fmt.Errorf("flask: keep: a Flask session can't have limits of its own (make the Manager's by Engine.Config): %w", errors.ErrUnsupported)
	}
	if raw, ok := s.Values.Get(e.o.SubjectKey); ok && e.o.readSubject(raw) != "" {
		return errSubjectValue
	}
	return nil
}

// dict returns what the cookie of s holds. What s itself says counts before a value
// of the same key.
func (e *Engine) dict(s *session.Snapshot) ([]session.Value, error) {
	all := make([]session.Value, 0, 3+s.Values.Len())
	if s.Persistent {
		all = append(all, session.Value{Key: permanentKey, Raw: "true"})
	}
	if e.o.IDKey != "" {
		all = append(all, session.Value{Key: e.o.IDKey, Raw: `"` + s.ID + `"`}) // of base32
	}
	if s.Subject != "" {
		raw, err := e.o.writeSubject(s)
		if err != nil {
			return nil, err
		}
		all = append(all, session.Value{Key: e.o.SubjectKey, Raw: raw})
	}
	own := all
	for key, raw := range s.Values.All() {
		if !slices.ContainsFunc(own, func(v session.Value) bool { return v.Key == key }) {
			all = append(all, session.Value{Key: key, Raw: raw})
		}
	}
	return all, nil
}
