package flask

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/compat/itsdangerous"
)

// An Engine is a session.Engine whose tokens are Flask's session cookies. Use it
// through [Engine.Config]. All methods are safe for concurrent use.
type Engine struct {
	o       Options
	codec   *Codec
	signer  *itsdangerous.URLSafeTimedSerializer
	stamper *itsdangerous.TimestampSigner        // signs what signer signs, when it is encoded already
	current *itsdangerous.URLSafeTimedSerializer // without the fallbacks; nil if it doesn't matter
}

// An opened cookie is kept with its session (Snapshot.State). If nothing has changed
// its payload is signed again as it is: zlib of another make might need some bytes
// more than browsers allow.
type opened struct {
	text    string
	payload string
}

var _ session.Stamper = (*Engine)(nil)

// New returns an Engine, or an error that says what in o is wrong. SHA-1 is an error
// under GODEBUG=fips140=only.
func New(o Options) (*Engine, error) {
	o, err := o.resolve()
	if err != nil {
		return nil, err
	}
	e := &Engine{o: o}
	if e.codec, err = NewCodec(o.Tags...); err != nil {
		return nil, err
	}
	if err := e.makeSigners(); err != nil {
		return nil, fmt.Errorf("flask: %w", err)
	}
	return e, nil
}

func (e *Engine) makeSigners() (err error) {
	keys, o := e.o.keys(), e.o.signing()
	if e.signer, err = itsdangerous.NewURLSafeTimedSerializer(keys, o); err != nil {
		return err
	}
	if e.stamper, err = itsdangerous.NewTimestampSigner(keys, o); err != nil {
		return err
	}
	if e.o.RenewFallbacks {
		e.current, err = itsdangerous.NewURLSafeTimedSerializer(keys[len(keys)-1:], o)
	}
	return err
}

// Config returns c with what a Manager needs for e: Engine, Codec, Limits,
// RefreshEachRequest, and, if Cookie is the zero Cookie, the cookie of a Flask
// application without settings of its own.
func (e *Engine) Config(c session.Config) session.Config {
	c.Engine, c.Codec = e, e.codec
	c.Limits = session.Limits{Idle: session.NoIdle, Lifetime: e.o.Lifetime}
	c.RefreshEachRequest = !e.o.NoRefresh
	if c.Cookie == (session.Cookie{}) {
		c.Cookie.Foreign = &http.Cookie{Name: "session", Path: "/", HttpOnly: true}
	}
	return c
}

// NewID returns a random ID. It is kept only if Options.IDKey is set.
func (e *Engine) NewID() string { return rand.Text() }

// ClientSide returns true.
func (e *Engine) ClientSide() bool { return true }

// Open reads a cookie. One that isn't signed, or with a time to come, is
// session.ErrNotFound. One that is signed and not a session is session.ErrBroken, and
// so a new session, where Flask answers with status 500.
//
// Flask has no place for most of a Snapshot. Created, Started and Saved are when the
// cookie was signed, and Handle is made of its signature, or of the ID where there is
// one: so it is the same until the next change, or rotation.
func (e *Engine) Open(_ context.Context, token string, s *session.Snapshot) error {
	data, at, err := e.signer.Open(token)
	switch {
	case errors.Is(err, itsdangerous.ErrBadPayload):
		return fmt.Errorf("flask: open: %w: %w", session.ErrBroken, err)
	case err != nil:
		return fmt.Errorf("flask: open: %w: %w", session.ErrNotFound, err)
	case at.Unix() > time.Now().Add(e.o.BackDate).Unix():
		return fmt.Errorf("flask: open: signed in the future: %w", session.ErrNotFound)
	}
	text := string(data)
	all, err := e.codec.parseDict(text)
	if err != nil {
		return fmt.Errorf("flask: open: %w: %w", session.ErrBroken, err)
	}
	*s = session.Snapshot{Created: at, Saved: at, Lifetime: e.o.Lifetime}
	s.State = opened{text, payloadOf(token)}
	// The second that is signed ends a second later: Flask takes whole ones off.
	s.Started = at.Add(time.Second)
	s.Expires = s.Started.Add(s.Lifetime)
	e.place(all, s)
	s.Renew = s.Renew || s.Persistent && !e.o.NoRefresh || e.byFallback(token)
	s.Handle = e.handle(s, token)
	return nil
}

func (e *Engine) byFallback(token string) bool {
	if e.current == nil {
		return false
	}
	_, _, err := e.current.Open(token)
	return err != nil
}

// handle is a public name that gives no access.
func (e *Engine) handle(s *session.Snapshot, token string) (h session.Handle) {
	secret := s.ID
	if e.o.IDKey == "" {
		secret = token[strings.LastIndexByte(token, '.')+1:]
	}
	var room [128]byte
	sum := sha256.Sum256(append(append(room[:0], "coatcheck/flask/handle\x00"...), secret...))
	copy(h[:], sum[:])
	return h
}

// Keep returns the cookie of s: an empty token if there is nothing in it, since Flask
// removes the cookie then. Errors: session.ErrTooLarge; errors.ErrUnsupported for what
// a Flask session can't be.
func (e *Engine) Keep(_ context.Context, _, s *session.Snapshot, _ time.Duration) (string, error) {
	if err := e.check(s); err != nil {
		return "", err
	}
	all, err := e.dict(s)
	if err != nil || len(all) == 0 {
		return "", err
	}
	text, err := e.codec.appendDict(make([]byte, 0, roomFor(all)), all)
	if err != nil {
		return "", fmt.Errorf("flask: keep: %w: %w", errors.ErrUnsupported, err)
	}
	token := e.seal(s, text)
	if err := s.CheckToken(len(token)); err != nil {
		return "", err
	}
	s.Handle = e.handle(s, token)
	return token, e.Stamp(s)
}

// Stamp sets the times of s as Keep does: each cookie counts from its own time on. The
// error is always nil.
func (e *Engine) Stamp(s *session.Snapshot) error {
	s.Started, s.Expires = s.Saved, s.Saved.Add(s.Lifetime)
	return nil
}

// roomFor is about as long as the text of all is.
func roomFor(all []session.Value) (n int) {
	for _, v := range all {
		n += len(v.Key) + len(v.Raw) + len(`"":,`)
	}
	return n + len("{}")
}

func (e *Engine) seal(s *session.Snapshot, text []byte) string {
	at := s.Saved.Add(-e.o.BackDate)
	if was, ok := s.State.(opened); ok && was.text == string(text) {
		return e.stamper.SignAt(was.payload, at)
	}
	return e.signer.SealAt(text, at)
}

// payloadOf returns what comes before the time and the signature.
func payloadOf(token string) string {
	token = token[:strings.LastIndexByte(token, '.')]
	return token[:strings.LastIndexByte(token, '.')]
}

// Touch does nothing: what it would note is in the cookie.
func (e *Engine) Touch(context.Context, *session.Snapshot, time.Time) error { return nil }

// Drop does nothing: the Manager removes the browser's cookie, and a copy of it can't
// be ended.
func (e *Engine) Drop(context.Context, *session.Snapshot) error { return nil }
