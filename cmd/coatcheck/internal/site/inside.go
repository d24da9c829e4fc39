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

var blots = strings.Repeat("•", 12)

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
	Name      string // of the subject
	Created   time.Time
	Expires   time.Time
	Remaining time.Duration
	Values    []rawValue
}

type rawValue struct{ Key, JSON string }

func (s *site) insidePage(w http.ResponseWriter, r *http.Request) error {
	p, err := s.newPage(w, r, "inside", "Inside")
	if err != nil {
		return err
	}
	record, err := s.readRecord(r)
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
	facts := cookieFacts{Name: s.manager.CookieName(), Value: s.blot(sess.Token()), Attributes: s.cookieAttributes()}
	if !closes {
		facts.Attributes = append(facts.Attributes, "Max-Age")
	}
	return facts, err
}

func (s *site) cookieAttributes() []string {
	if c := s.cookie.Foreign; c != nil {
		bare := http.Cookie{Name: "x", Path: c.Path, Domain: c.Domain, Secure: c.Secure, HttpOnly: c.HttpOnly, SameSite: c.SameSite}
		return strings.Split(bare.String(), "; ")[1:]
	}
	all := []string{"Path=/", "HttpOnly", "SameSite=Lax"}
	if !s.cookie.InsecureLoopback {
		all = append(all, "Secure")
	}
	return all
}

// blot shows of a token what is no secret. Of another framework's nothing is the same
// in all.
func (s *site) blot(t session.Token) string {
	text := t.Reveal()
	switch {
	case len(text) <= tokenPrefix:
		return ""
	case s.Framework.Name != "":
		return blots
	}
	return text[:tokenPrefix] + blots
}

// readRecord shows the session as the store keeps it; nil if there is none.
func (s *site) readRecord(r *http.Request) (*recordFacts, error) {
	sess := session.From(r)
	if isNew, err := sess.IsNew(); err != nil || isNew {
		return nil, err
	}
	subject, name, err := s.user(r)
	if err != nil {
		return nil, err
	}
	f := &recordFacts{Subject: subject, Name: name}
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
	f.Values, err = s.rawValues(r)
	return f, err
}

// rawValues returns all values as text, in the order in which they came; those that
// another framework keeps for itself as well.
func (s *site) rawValues(r *http.Request) ([]rawValue, error) {
	sess := session.From(r)
	if stored := s.Framework.Stored; stored != nil {
		object, err := stored(r.Context(), sess.Token().Reveal())
		if err != nil {
			return nil, err
		}
		return storedValues(object), nil
	}
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
