package site

import (
	"context"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"strings"

	"github.com/coatcheck-go/session"
)

// A Framework is another one that has the same sessions: it has its own words and its own
// ways for messages and forms. What is nil or empty is as in sessions of our own.
type Framework struct {
	Name       string   // "Django"
	SubjectKey string   // under which it keeps who is signed in
	EndsAfter  string   // what a session ends without, such as "if nothing is changed for"
	WhoIsThere string   // how this site knows who is signed in, a sentence
	Messages   Messages // its flash messages
	CSRF       CSRF     // its tokens of forms

	// Stored returns all that it keeps of the session with the token, as a JSON
	// object. Nil: that is what the session's values say.
	Stored func(ctx context.Context, token string) (object string, err error)
}

// Messages keep messages until they are shown. An Add or Take comes before the first
// byte of the response.
type Messages interface {
	Add(w http.ResponseWriter, r *http.Request, f session.Flash) error
	Take(w http.ResponseWriter, r *http.Request) ([]session.Flash, error)
}

// CSRF makes tokens of forms and checks them.
type CSRF interface {
	Field(w http.ResponseWriter, r *http.Request) (template.HTML, error)
	Check(r *http.Request) error
	Rotate(w http.ResponseWriter, r *http.Request) error // at a login
}

func (s *site) addMessage(w http.ResponseWriter, r *http.Request, f session.Flash) error {
	if s.Framework.Messages == nil {
		return session.From(r).AddFlash(f)
	}
	return s.Framework.Messages.Add(w, r, f)
}

func (s *site) takeMessages(w http.ResponseWriter, r *http.Request) ([]session.Flash, error) {
	if s.Framework.Messages == nil {
		return session.From(r).Flashes()
	}
	return s.Framework.Messages.Take(w, r)
}

func (s *site) csrfField(w http.ResponseWriter, r *http.Request) (template.HTML, error) {
	if s.Framework.CSRF == nil {
		return session.From(r).CSRFField()
	}
	return s.Framework.CSRF.Field(w, r)
}

// rotateCSRF is for logins. A session of our own has another token by itself then.
func (s *site) rotateCSRF(w http.ResponseWriter, r *http.Request) error {
	if s.Framework.CSRF == nil {
		return nil
	}
	return s.Framework.CSRF.Rotate(w, r)
}

// requireCSRF refuses forms without a token.
func (s *site) requireCSRF(next http.Handler) http.Handler {
	if s.Framework.CSRF == nil {
		return s.manager.RequireCSRF(next)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := s.Framework.CSRF.Check(r); err != nil {
			s.fail(w, r, err)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// storedValues are the entries of a JSON object, in their order. Python's JSON may hold
// what is none, such as NaN: then it is shown as it is.
func storedValues(object string) []rawValue {
	list, err := entries(json.NewDecoder(strings.NewReader(object)))
	if err != nil {
		return []rawValue{{"session", object}}
	}
	return list
}

func entries(d *json.Decoder) (list []rawValue, err error) {
	if _, err := d.Token(); err != nil {
		return nil, err
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, err
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return nil, err
		}
		text, err := json.MarshalIndent(value, "", "  ")
		if err != nil {
			return nil, err
		}
		list = append(list, rawValue{fmt.Sprint(key), string(text)})
	}
	_, err = d.Token() // the end
	return list, err
}
