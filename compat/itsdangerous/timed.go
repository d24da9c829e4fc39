package itsdangerous

import (
	"errors"
	"time"
)

// A URLSafeTimedSerializer is a [URLSafeSerializer] that signs the time as well
// (url_safe.py, URLSafeTimedSerializer).
type URLSafeTimedSerializer struct{ t *TimestampSigner }

// NewURLSafeTimedSerializer returns a URLSafeTimedSerializer; keys and errors as
// [NewSigner]. Flask's session cookie is
//
//	NewURLSafeTimedSerializer(keys, Options{Salt: "cookie-session", KeyDerivation: HMAC})
func NewURLSafeTimedSerializer(keys []string, o Options) (*URLSafeTimedSerializer, error) {
	s, err := newSigner(keys, o, "itsdangerous")
	if err != nil {
		return nil, err
	}
	return &URLSafeTimedSerializer{&TimestampSigner{s}}, nil
}

// Seal returns a token that holds data and the time.
func (u *URLSafeTimedSerializer) Seal(data []byte) string { return u.SealAt(data, u.t.s.o.Now()) }

// SealAt is Seal at another time than now; see [TimestampSigner.SignAt].
func (u *URLSafeTimedSerializer) SealAt(data []byte, at time.Time) string {
	return u.t.sign(u.t.s.encode(data), at)
}

// Open returns the data of a token, and when it was signed, however long ago.
// Errors: ErrBadSignature, ErrBadTime, ErrBadPayload.
func (u *URLSafeTimedSerializer) Open(token string) (data []byte, at time.Time, err error) {
	return u.open(u.t.Unsign(token))
}

// OpenWithin is Open with a limit: see [TimestampSigner.UnsignWithin].
func (u *URLSafeTimedSerializer) OpenWithin(token string, maxAge time.Duration) (data []byte, at time.Time, err error) {
	return u.open(u.t.UnsignWithin(token, maxAge))
}

func (u *URLSafeTimedSerializer) open(value string, at time.Time, err error) ([]byte, time.Time, error) {
	if err != nil {
		return nil, time.Time{}, err
	}
	data, err := u.t.s.decode(value)
	if err != nil {
		return nil, time.Time{}, err
	}
	return data, at, nil
}

// OpenUnsafe returns the data and the time of a token whoever signed it, with the
// error of Open, if it has them at all: see [URLSafeSerializer.OpenUnsafe].
func (u *URLSafeTimedSerializer) OpenUnsafe(token string) (data []byte, at time.Time, err error) {
	data, at, err = u.Open(token)
	if signed, _, ok := u.t.s.cut(token); ok && errors.Is(err, ErrBadSignature) {
		value, stamp, _ := u.t.s.cut(signed)
		data, _ = u.t.s.decode(value)
		at, _ = readTime(stamp)
	}
	return data, at, err
}

// Dumps returns a token that holds v and the time: see [URLSafeSerializer.Dumps].
func (u *URLSafeTimedSerializer) Dumps(v any) (string, error) {
	data, err := u.t.s.json(v)
	if err != nil {
		return "", err
	}
	return u.Seal(data), nil
}

// Loads stores the JSON of a token in what v points to, as
// [URLSafeSerializer.Loads] does, and returns when it was signed. Errors as Open
// and ErrBadPayload.
func (u *URLSafeTimedSerializer) Loads(token string, v any) (at time.Time, err error) {
	data, at, err := u.Open(token)
	if err != nil {
		return time.Time{}, err
	}
	return at, read(data, v)
}

// LoadsWithin is Loads with a limit: see [TimestampSigner.UnsignWithin].
func (u *URLSafeTimedSerializer) LoadsWithin(token string, maxAge time.Duration, v any) (at time.Time, err error) {
	data, at, err := u.OpenWithin(token, maxAge)
	if err != nil {
		return time.Time{}, err
	}
	return at, read(data, v)
}
