package itsdangerous

import (
	"errors"
	"fmt"

	"github.com/coatcheck-go/session/compat/internal/payload"
	"github.com/coatcheck-go/session/compat/internal/pyjson"
)

// A URLSafeSerializer signs data of any kind as text that is safe in URLs and
// cookies (url_safe.py, URLSafeSerializer).
type URLSafeSerializer struct{ s *Signer }

// NewURLSafeSerializer returns a URLSafeSerializer; keys and errors as
// [NewSigner].
func NewURLSafeSerializer(keys []string, o Options) (*URLSafeSerializer, error) {
	s, err := newSigner(keys, o, "itsdangerous")
	if err != nil {
		return nil, err
	}
	return &URLSafeSerializer{s}, nil
}

// Seal returns a token that holds data.
func (u *URLSafeSerializer) Seal(data []byte) string {
	return u.s.sign(u.s.encode(data))
}

// Open returns the data of a token. Errors: ErrBadSignature, ErrBadPayload.
func (u *URLSafeSerializer) Open(token string) ([]byte, error) {
	value, err := u.s.Unsign(token)
	if err != nil {
		return nil, err
	}
	return u.s.decode(value)
}

// OpenUnsafe returns the data of a token whoever signed it, with the error of Open,
// if it has data at all: for tools that show what a token says (the original's
// loads_unsafe). Anybody can have made it up.
func (u *URLSafeSerializer) OpenUnsafe(token string) ([]byte, error) {
	data, err := u.Open(token)
	if value, _, ok := u.s.cut(token); ok && errors.Is(err, ErrBadSignature) {
		data, _ = u.s.decode(value)
	}
	return data, err
}

// Dumps returns a token that holds v as JSON in Python's spelling: floats are
// 1.0 and 1e-07, maps are in order of their keys, and what a struct or a
// json.Marshaler gives is what encoding/json gives, in which a float may look like
// an integer. An error: v can't be JSON, or has text that isn't UTF-8; it doesn't
// tell v.
func (u *URLSafeSerializer) Dumps(v any) (string, error) {
	data, err := u.s.json(v)
	if err != nil {
		return "", err
	}
	return u.Seal(data), nil
}

// Loads stores the JSON of a token in what v points to, as [encoding/json.Unmarshal]
// does; but in an any, numbers are [encoding/json.Number], so that 1.0 stays 1.0. Only
// if v is an *any, Python's NaN and Infinity are read. Errors as Open; ErrBadPayload also if it
// is no JSON or doesn't fit v.
func (u *URLSafeSerializer) Loads(token string, v any) error {
	data, err := u.Open(token)
	if err != nil {
		return err
	}
	return read(data, v)
}

// encode is the original's dump_payload.
func (s *Signer) encode(data []byte) []byte {
	return payload.Append(make([]byte, 0, payload.MaxLen(len(data))+s.room()), data, true)
}

// decode is the original's load_payload.
func (s *Signer) decode(value string) ([]byte, error) {
	data, err := payload.Decode(value, s.o.MaxInflated)
	if err != nil {
		return nil, badPayload(err)
	}
	return data, nil
}

func (s *Signer) json(v any) ([]byte, error) {
	data, err := pyjson.Style{ASCII: s.o.ASCII}.Append(make([]byte, 0, 256), v)
	if err != nil {
		return nil, fmt.Errorf("itsdangerous: dumps: %w", err)
	}
	return data, nil
}

func read(data []byte, v any) error {
	if err := pyjson.Read(data, v); err != nil {
		return badPayload(err)
	}
	return nil
}
