package signer

import (
	"errors"
	"time"

	"github.com/coatcheck-go/session/compat/internal/payload"
)

// SignAt returns value with the time and the signature.
func (s *Signer) SignAt(value string, at time.Time) string {
	return s.sign(func(b []byte) []byte { return s.stamp(append(b, value...), at) })
}

func (s *Signer) stamp(b []byte, at time.Time) []byte {
	return s.AppendTime(append(b, s.Separator...), at)
}

// UnsignAt returns the value and when it was signed.
func (s *Signer) UnsignAt(signed string) (value string, at time.Time, err error) {
	if value, err = s.Unsign(signed); err != nil {
		return "", time.Time{}, err
	}
	value, stamp, ok := s.cut(value)
	if !ok {
		return "", time.Time{}, s.BadTime
	}
	if at, ok = s.ReadTime(stamp); !ok {
		return "", time.Time{}, s.BadTime
	}
	return value, at, nil
}

// UnsignWithin is UnsignAt with a limit.
func (s *Signer) UnsignWithin(signed string, maxAge time.Duration) (value string, at time.Time, err error) {
	if value, at, err = s.UnsignAt(signed); err != nil {
		return "", time.Time{}, err
	}
	if err := s.CheckAge(s.Now(), at, maxAge); err != nil {
		return "", time.Time{}, err
	}
	return value, at, nil
}

// SealAt returns a token that holds data and the time.
func (s *Signer) SealAt(data []byte, at time.Time) string {
	return s.sign(func(b []byte) []byte { return s.stamp(payload.Append(b, data, s.Compress), at) })
}

// OpenAt returns the data of a token and when it was signed.
func (s *Signer) OpenAt(token string) (data []byte, at time.Time, err error) {
	return s.open(s.UnsignAt(token))
}

// OpenWithin is OpenAt with a limit.
func (s *Signer) OpenWithin(token string, maxAge time.Duration) (data []byte, at time.Time, err error) {
	return s.open(s.UnsignWithin(token, maxAge))
}

func (s *Signer) open(value string, at time.Time, err error) ([]byte, time.Time, error) {
	if err != nil {
		return nil, time.Time{}, err
	}
	data, err := s.decode(value)
	if err != nil {
		return nil, time.Time{}, err
	}
	return data, at, nil
}

// OpenUnsafeAt returns the data and the time of a token whoever signed it, with the
// error of OpenAt.
func (s *Signer) OpenUnsafeAt(token string) (data []byte, at time.Time, err error) {
	data, at, err = s.OpenAt(token)
	if signed, _, ok := s.cut(token); ok && errors.Is(err, s.BadSignature) {
		value, stamp, _ := s.cut(signed)
		data, _ = s.decode(value)
		at, _ = s.ReadTime(stamp)
	}
	return data, at, err
}

// DumpsAt returns a token that holds v as JSON, and the time.
func (s *Signer) DumpsAt(v any, at time.Time) (string, error) {
	data, err := s.json(v)
	if err != nil {
		return "", err
	}
	return s.SealAt(data, at), nil
}

// LoadsAt stores the JSON of a token in what v points to, and returns when it was
// signed.
func (s *Signer) LoadsAt(token string, v any) (at time.Time, err error) {
	data, at, err := s.OpenAt(token)
	if err != nil {
		return time.Time{}, err
	}
	return at, s.read(data, v)
}

// LoadsWithin is LoadsAt with a limit.
func (s *Signer) LoadsWithin(token string, maxAge time.Duration, v any) (at time.Time, err error) {
	data, at, err := s.OpenWithin(token, maxAge)
	if err != nil {
		return time.Time{}, err
	}
	return at, s.read(data, v)
}
