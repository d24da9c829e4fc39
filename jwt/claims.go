package jwt

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	gojwt "github.com/golang-jwt/jwt/v5"

	"github.com/coatcheck-go/session"
)

// Names of the claims that are ours. The package's documentation tells what is in them.
const (
	valuesClaim  = "ses"
	privateClaim = "coat"
)

// maxLife is the longest that a session lasts, see session.Limits.
const maxLife = 400 * 24 * time.Hour

var errClaims = errors.New("claims are not a session's")

// claims are what a JWT says, besides who made it for whom.
type claims struct {
	id       string // of this JWT, new for each
	issued   time.Time
	expires  time.Time
	refresh  string // fingerprint of the refresh token that goes with it, "" for none
	old      bool   // not signed by the key that signs now
	snapshot session.Snapshot
}

// encode returns the claims' JSON.
func (w *worker) encode(c *claims) (gojwt.MapClaims, error) {
	s := &c.snapshot
	values, err := encodeValues(&s.Values)
	if err != nil {
		return nil, err
	}
	m := gojwt.MapClaims{
		"iss": w.Issuer, "aud": w.Audience, "sid": s.Handle.String(), "jti": c.id,
		"iat": c.issued.Unix(), "nbf": c.issued.Unix(), "exp": c.expires.Unix(),
		valuesClaim: values, privateClaim: w.encodePrivate(c),
	}
	if s.Subject != "" {
		m["sub"] = s.Subject
	}
	return m, nil
}

// encodePrivate leaves the visitor's address and browser out: other services need
// not know them, and only lists of sessions show them, which are made from records.
func (w *worker) encodePrivate(c *claims) map[string]any {
	s := &c.snapshot
	m := map[string]any{
		"id": s.ID, "created": s.Created.UnixMilli(), "started": s.Started.UnixMilli(), "saved": s.Saved.UnixMilli(),
		"expires": s.Expires.UnixMilli(), "lifetime": s.Lifetime.Milliseconds(),
	}
	if w.app != "" {
		m["app"] = w.app
	}
	if s.Idle != 0 {
		m["idle"] = s.Idle.Milliseconds()
	}
	if !s.Until.IsZero() {
		m["until"] = s.Until.UnixMilli()
	}
	if s.Persistent {
		m["persistent"] = true
	}
	if c.refresh != "" {
		m["refresh"] = c.refresh
	}
	return m
}

// encodeValues writes the dictionary as one JSON object, in its order.
func encodeValues(values *session.Values) (json.RawMessage, error) {
	buf := bytes.NewBufferString("{")
	for key, raw := range values.All() {
		if !utf8.ValidString(key) || !utf8.ValidString(raw) || !json.Valid([]byte(raw)) {
			return nil, fmt.Errorf("jwt: keep: the value of %q is not JSON text; a token holds what a JSON codec wrote, under UTF-8 keys: %w", key, errors.ErrUnsupported)
		}
		if buf.Len() > 1 {
			buf.WriteByte(',')
		}
		name, err := json.Marshal(key)
		if err != nil {
			return nil, fmt.Errorf("jwt: keep: %w", err)
		}
		buf.Write(name)
		buf.WriteByte(':')
		buf.WriteString(raw)
	}
	buf.WriteByte('}')
	return buf.Bytes(), nil
}

// decode reads the claims of a JWT whose signature is good, and checks all but
// whether it has expired.
func (w *worker) decode(data []byte, now time.Time) (*claims, error) {
	o, err := parseObject(data)
	if err != nil {
		return nil, err
	}
	c, notBefore := &claims{id: o.text("jti"), issued: o.unix("iat"), expires: o.unix("exp")}, o.unix("nbf")
	private, values := o.object(privateClaim), o.object(valuesClaim)
	c.refresh = private.text("refresh")
	c.snapshot, err = decodeSnapshot(o, private, values)
	soon := now.Add(w.Leeway)
	switch {
	case err != nil:
		return nil, err
	case o.text("iss") != w.Issuer, !slices.Contains(o.audiences(), w.Audience), private.text("app") != w.app:
		return nil, errClaims
	case c.id == "", c.issued.IsZero(), c.expires.IsZero(), notBefore.IsZero():
		return nil, errClaims
	case c.issued.After(soon), notBefore.After(soon), c.expires.Sub(c.issued) > maxLife+time.Second:
		return nil, errClaims
	case o.bad, private.bad:
		return nil, errClaims
	}
	return c, nil
}

func decodeSnapshot(o, private, values *object) (s session.Snapshot, err error) {
	s = session.Snapshot{
		ID: private.text("id"), Subject: o.text("sub"), Persistent: private.flag("persistent"),
		Created: private.milli("created"), Started: private.milli("started"), Saved: private.milli("saved"),
		Expires: private.milli("expires"), Until: private.milli("until"),
		Lifetime: private.duration("lifetime"), Idle: private.duration("idle"),
	}
	if s.ID == "" || s.Expires.IsZero() || s.Lifetime == 0 {
		return s, errClaims
	}
	for _, m := range values.members {
		s.Values.Set(m.name, string(m.raw))
	}
	s.Handle, err = session.ParseHandle(o.text("sid"))
	return s, err
}

// audiences returns the claim "aud", which is one string or a list of them (RFC 7519
// section 4.1.3).
func (o *object) audiences() (all []string) {
	raw := o.find("aud")
	if len(raw) > 0 && raw[0] == '"' {
		return []string{o.text("aud")}
	}
	if json.Unmarshal(raw, &all) != nil {
		o.bad = true
	}
	return all
}

func (o *object) unix(name string) time.Time {
	return atSecond(o.integer(name))
}

func (o *object) milli(name string) time.Time {
	n := o.integer(name)
	if n == 0 {
		return time.Time{}
	}
	return time.UnixMilli(n)
}

func (o *object) duration(name string) time.Duration {
	n := o.integer(name)
	if n > maxLife.Milliseconds() {
		o.bad = true
		return 0
	}
	return time.Duration(n) * time.Millisecond
}

// maxSecond is the end of the year 9999.
const maxSecond = 253402300799

func atSecond(n int64) time.Time {
	if n == 0 || n > maxSecond {
		return time.Time{}
	}
	return time.Unix(n, 0)
}

// end is when a session ends if nobody comes back.
func end(s *session.Snapshot) time.Time {
	end := s.Started.Add(s.Lifetime)
	if !s.Until.IsZero() && s.Until.Before(end) {
		end = s.Until
	}
	if s.Expires.Before(end) {
		end = s.Expires
	}
	return end
}

// wholeSecond rounds up: no session ends early since a JWT counts in seconds.
func wholeSecond(t time.Time) time.Time {
	return time.Unix(t.Unix()+int64((t.Nanosecond()+1e9-1)/1e9), 0)
}
