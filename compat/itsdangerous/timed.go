package itsdangerous

import (
	"time"

	"github.com/coatcheck-go/session/compat/internal/signer"
)

// A URLSafeTimedSerializer is a [URLSafeSerializer] that signs the time as well
// (url_safe.py, URLSafeTimedSerializer).
type URLSafeTimedSerializer struct{ s *signer.Signer }

// NewURLSafeTimedSerializer returns a URLSafeTimedSerializer; keys and errors as
// [NewSigner]. Flask's session cookie is
//
//	NewURLSafeTimedSerializer(keys, Options{Salt: "cookie-session", KeyDerivation: HMAC})
func NewURLSafeTimedSerializer(keys []string, o Options) (*URLSafeTimedSerializer, error) {
	s, err := newSigner(keys, o, "itsdangerous")
	if err != nil {
		return nil, err
	}
	return &URLSafeTimedSerializer{s}, nil
}

// Seal returns a token that holds data and the time.
func (u *URLSafeTimedSerializer) Seal(data []byte) string { return u.s.SealAt(data, u.s.Now()) }

// SealAt is Seal at another time than now; see [TimestampSigner.SignAt].
func (u *URLSafeTimedSerializer) SealAt(data []byte, at time.Time) string {
	return u.s.SealAt(data, at)
}

// Open returns the data of a token, and when it was signed, however long ago.
// Errors: ErrBadSignature, ErrBadTime, ErrBadPayload.
func (u *URLSafeTimedSerializer) Open(token string) (data []byte, at time.Time, err error) {
	return u.s.OpenAt(token)
}

// OpenWithin is Open with a limit: see [TimestampSigner.UnsignWithin].
func (u *URLSafeTimedSerializer) OpenWithin(token string, maxAge time.Duration) (data []byte, at time.Time, err error) {
	return u.s.OpenWithin(token, maxAge)
}

// OpenUnsafe returns the data and the time of a token whoever signed it, with the
// error of Open, if it has them at all: see [URLSafeSerializer.OpenUnsafe].
func (u *URLSafeTimedSerializer) OpenUnsafe(token string) (data []byte, at time.Time, err error) {
	return u.s.OpenUnsafeAt(token)
}

// Dumps returns a token that holds v and the time: see [URLSafeSerializer.Dumps].
func (u *URLSafeTimedSerializer) Dumps(v any) (string, error) { return u.s.DumpsAt(v, u.s.Now()) }

// Loads stores the JSON of a token in what v points to, as
// [URLSafeSerializer.Loads] does, and returns when it was signed. Errors as Open
// and ErrBadPayload.
func (u *URLSafeTimedSerializer) Loads(token string, v any) (at time.Time, err error) {
	return u.s.LoadsAt(token, v)
}

// LoadsWithin is Loads with a limit: see [TimestampSigner.UnsignWithin].
func (u *URLSafeTimedSerializer) LoadsWithin(token string, maxAge time.Duration, v any) (at time.Time, err error) {
	return u.s.LoadsWithin(token, maxAge, v)
}
