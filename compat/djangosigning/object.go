package djangosigning

import (
	"errors"
	"fmt"
	"time"

	"github.com/coatcheck-go/session/compat/internal/payload"
	"github.com/coatcheck-go/session/compat/internal/pyjson"
)

// Seal returns a token that holds data (signing.py, Signer.sign_object).
func (s *Signer) Seal(data []byte) string { return s.sign(s.encode(data)) }

// Open returns the data of a token. Errors: ErrBadSignature, ErrBadPayload.
func (s *Signer) Open(token string) ([]byte, error) {
	value, err := s.Unsign(token)
	if err != nil {
		return nil, err
	}
	return s.decode(value)
}

// Dumps returns a token that holds v as JSON in Python's spelling: ASCII, floats
// are 1.0 and 1e-07, maps are in order of their keys, and what a struct or a
// json.Marshaler gives is what encoding/json gives, in which a float may look like
// an integer. An error: v can't be JSON, or has text that isn't UTF-8; it doesn't
// tell v.
func (s *Signer) Dumps(v any) (string, error) {
	data, err := dump(v)
	if err != nil {
		return "", err
	}
	return s.Seal(data), nil
}

// Loads stores the JSON of a token in what v points to, as [encoding/json.Unmarshal]
// does; but in an any, numbers are [encoding/json.Number], so that 1.0 stays 1.0. Only
// if v is an *any, Python's NaN and Infinity are read. Errors as Open; ErrBadPayload also if it
// is no JSON or doesn't fit v.
func (s *Signer) Loads(token string, v any) error {
	data, err := s.Open(token)
	if err != nil {
		return err
	}
	return read(data, v)
}

// Seal returns a token that holds data and the time.
func (t *TimestampSigner) Seal(data []byte) string { return t.SealAt(data, t.s.o.Now()) }

// SealAt is Seal at another time than now.
func (t *TimestampSigner) SealAt(data []byte, at time.Time) string {
	return t.sign(t.s.encode(data), at)
}

// Open returns the data of a token, and when it was signed, however long ago.
// Errors: ErrBadSignature, ErrBadTime, ErrBadPayload.
func (t *TimestampSigner) Open(token string) (data []byte, at time.Time, err error) {
	return t.open(t.Unsign(token))
}

// OpenWithin is Open with a limit: see [TimestampSigner.UnsignWithin].
func (t *TimestampSigner) OpenWithin(token string, maxAge time.Duration) (data []byte, at time.Time, err error) {
	return t.open(t.UnsignWithin(token, maxAge))
}

func (t *TimestampSigner) open(value string, at time.Time, err error) ([]byte, time.Time, error) {
	if err != nil {
		return nil, time.Time{}, err
	}
	data, err := t.s.decode(value)
	if err != nil {
		return nil, time.Time{}, err
	}
	return data, at, nil
}

// OpenUnsafe returns the data and the time of a token whoever signed it, with the
// error of Open, if it has them at all: for tools that show what a token says.
// Anybody can have made it up.
func (t *TimestampSigner) OpenUnsafe(token string) (data []byte, at time.Time, err error) {
	data, at, err = t.Open(token)
	if signed, _, ok := t.s.cut(token); ok && errors.Is(err, ErrBadSignature) {
		value, stamp, _ := t.s.cut(signed)
		data, _ = t.s.decode(value)
		at, _ = readTime(stamp)
	}
	return data, at, err
}

// Dumps returns a token that holds v and the time: see [Signer.Dumps].
func (t *TimestampSigner) Dumps(v any) (string, error) {
	data, err := dump(v)
	if err != nil {
		return "", err
	}
	return t.Seal(data), nil
}

// Loads stores the JSON of a token in what v points to, as [Signer.Loads] does,
// and returns when it was signed. Errors as Open and ErrBadPayload.
func (t *TimestampSigner) Loads(token string, v any) (at time.Time, err error) {
	data, at, err := t.Open(token)
	if err != nil {
		return time.Time{}, err
	}
	return at, read(data, v)
}

// LoadsWithin is Loads with a limit: see [TimestampSigner.UnsignWithin].
func (t *TimestampSigner) LoadsWithin(token string, maxAge time.Duration, v any) (at time.Time, err error) {
	data, at, err := t.OpenWithin(token, maxAge)
	if err != nil {
		return time.Time{}, err
	}
	return at, read(data, v)
}

// encode is the payload's part of Signer.sign_object.
func (s *Signer) encode(data []byte) []byte {
	return payload.Append(make([]byte, 0, payload.MaxLen(len(data))+s.room()), data, s.o.Compress)
}

// decode is that of Signer.unsign_object.
func (s *Signer) decode(value string) ([]byte, error) {
	data, err := payload.Decode(value, s.o.MaxInflated)
	if err != nil {
		return nil, badPayload(err)
	}
	return data, nil
}

func dump(v any) ([]byte, error) {
	data, err := pyjson.Style{ASCII: true}.Append(make([]byte, 0, 256), v)
	if err != nil {
		return nil, fmt.Errorf("djangosigning: dumps: %w", err)
	}
	return data, nil
}

func read(data []byte, v any) error {
	if err := pyjson.Read(latin1(data), v); err != nil {
		return badPayload(err)
	}
	return nil
}

// latin1 takes each byte for a character, as JSONSerializer.loads does. What
// Django writes is ASCII.
func latin1(data []byte) []byte {
	var out []byte
	for i, c := range data {
		if c >= 0x80 && out == nil {
			out = append(make([]byte, 0, 2*len(data)), data[:i]...)
		}
		if out != nil {
			out = append(out, string(rune(c))...)
		}
	}
	if out == nil {
		return data
	}
	return out
}
