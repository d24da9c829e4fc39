package site

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/coatcheck-go/session"
)

// tokenPrefix is how much of a token may be seen: it is the same in all of them.
const tokenPrefix = 6

// An inside is what the browser carries and what the store keeps.
type inside struct {
	Cookie  cookieFacts
	Record  *recordFacts // nil: there is no session
	Options Options
}

type cookieFacts struct {
	Name       string
	Value      string // blotted
	Attributes []string
}

type recordFacts struct {
	Handle    session.Handle
	Subject   string
	Created   time.Time
	Expires   time.Time
	Remaining time.Duration
	Values    []rawValue
}

type rawValue struct{ Key, JSON string }

func (s *site) insidePage(w http.ResponseWriter, r *http.Request) error {
	p, err := newPage(r, "inside", "Inside")
	if err != nil {
		return err
	}
	record, err := readRecord(p.Session)
	if err != nil {
		return err
	}
	cookie, err := s.cookieFacts(p.Session)
	if err != nil {
		return err
	}
	p.Data = inside{Cookie: cookie, Record: record, Options: s.Options}
	return s.render(w, r, p)
}

func (s *site) cookieFacts(sess *session.Session) (cookieFacts, error) {
	closes, err := sess.ExpiresAtBrowserClose()
	facts := cookieFacts{Name: s.manager.CookieName(), Value: blot(sess.Token())}
	facts.Attributes = []string{"Path=/", "HttpOnly", "SameSite=Lax"}
	if !s.cookie.InsecureLoopback {
		facts.Attributes = append(facts.Attributes, "Secure")
	}
	if !closes {
		facts.Attributes = append(facts.Attributes, "Max-Age")
	}
	return facts, err
}

// blot shows of a token what is no secret.
func blot(t session.Token) string {
	text := t.Reveal()
	if len(text) <= tokenPrefix {
		return ""
	}
	return text[:tokenPrefix] + strings.Repeat("•", 12)
}

// readRecord shows the session as the store keeps it; nil if there is none.
func readRecord(sess *session.Session) (*recordFacts, error) {
	if isNew, err := sess.IsNew(); err != nil || isNew {
		return nil, err
	}
	user, err := sess.Subject()
	if err != nil {
		return nil, err
	}
	f := &recordFacts{Subject: user}
	if f.Handle, err = sess.Handle(); err != nil {
		return nil, err
	}
	if f.Created, err = sess.Created(); err != nil {
		return nil, err
	}
	if f.Expires, err = sess.ExpiryDate(); err != nil {
		return nil, err
	}
	f.Remaining = time.Until(f.Expires).Round(time.Second)
	f.Values, err = rawValues(sess)
	return f, err
}

// rawValues returns all values as text, in the order in which they came.
func rawValues(sess *session.Session) ([]rawValue, error) {
	keys, err := sess.Keys()
	if err != nil {
		return nil, err
	}
	list := make([]rawValue, 0, len(keys))
	for _, key := range keys {
		value, err := sess.Get(key)
		if err != nil {
			return nil, err
		}
		text, err := json.MarshalIndent(value, "", "  ")
		if err != nil {
			return nil, err
		}
		list = append(list, rawValue{key, string(text)})
	}
	return list, nil
}
