package flask

import (
	"crypto/rand"
	"errors"
	"fmt"
	"strings"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/compat/internal/pyjson"
)

// place puts what a cookie holds to its places in s.
func (e *Engine) place(values session.Values, s *session.Snapshot) {
	for key, raw := range values.All() {
		switch {
		case key == permanentKey && raw == "true":
			s.Persistent = true
		case key == e.o.IDKey && e.o.IDKey != "" && s.ID == "":
			s.ID = readID(raw)
		case key == e.o.SubjectKey && e.o.readSubject(raw) != "":
			s.Subject = e.o.readSubject(raw)
		default:
			s.Values.Set(key, raw)
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

// base32 is the alphabet of rand.Text.
const base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

// readID takes only what NewID can have made: anything else may be guessed.
func readID(raw string) (id string) {
	if pyjson.Read([]byte(raw), &id) != nil || len(id) != len(rand.Text()) || strings.Trim(id, base32) != "" {
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
func (e *Engine) dict(s *session.Snapshot) (all []session.Value, err error) {
	own := make(map[string]string, 3)
	if s.Persistent {
		own[permanentKey] = "true"
	}
	if e.o.IDKey != "" {
		own[e.o.IDKey] = `"` + s.ID + `"` // of base32
	}
	if s.Subject != "" {
		if own[e.o.SubjectKey], err = e.o.writeSubject(s); err != nil {
			return nil, err
		}
	}
	for key, raw := range own {
		all = append(all, session.Value{Key: key, Raw: raw})
	}
	for key, raw := range s.Values.All() {
		if _, ok := own[key]; !ok {
			all = append(all, session.Value{Key: key, Raw: raw})
		}
	}
	return all, nil
}
