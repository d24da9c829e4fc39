package signer

import (
	"errors"
	"fmt"

	"github.com/coatcheck-go/session/compat/internal/payload"
	"github.com/coatcheck-go/session/compat/internal/pyjson"
)

// Seal returns a token that holds data.
func (s *Signer) Seal(data []byte) string {
	return s.sign(func(b []byte) []byte { return payload.Append(b, data, s.Compress) })
}

// Open returns the data of a token.
func (s *Signer) Open(token string) ([]byte, error) {
	value, err := s.Unsign(token)
	if err != nil {
		return nil, err
	}
	return s.decode(value)
}

// OpenUnsafe returns the data of a token whoever signed it, with the error of Open.
func (s *Signer) OpenUnsafe(token string) ([]byte, error) {
	data, err := s.Open(token)
	if value, _, ok := s.cut(token); ok && errors.Is(err, s.BadSignature) {
		data, _ = s.decode(value)
	}
	return data, err
}

// Dumps returns a token that holds v as JSON.
func (s *Signer) Dumps(v any) (string, error) {
	data, err := s.json(v)
	if err != nil {
		return "", err
	}
	return s.Seal(data), nil
}

// Loads stores the JSON of a token in what v points to.
func (s *Signer) Loads(token string, v any) error {
	data, err := s.Open(token)
	if err != nil {
		return err
	}
	return s.read(data, v)
}

func (s *Signer) decode(value string) ([]byte, error) {
	data, err := payload.Decode(value, s.MaxInflated)
	if err != nil {
		return nil, s.badPayload(err)
	}
	return data, nil
}

func (s *Signer) json(v any) ([]byte, error) {
	data, err := pyjson.Style{ASCII: s.ASCII}.Append(make([]byte, 0, 256), v)
	if err != nil {
		return nil, fmt.Errorf("%s: dumps: %w", s.Name, err)
	}
	return data, nil
}

func (s *Signer) read(data []byte, v any) error {
	if s.Text != nil {
		data = s.Text(data)
	}
	if err := pyjson.Read(data, v); err != nil {
		return s.badPayload(err)
	}
	return nil
}
