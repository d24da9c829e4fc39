package djangosigning

import (
	"time"

	"github.com/coatcheck-go/session/compat/internal/signer"
)

// A TimestampSigner signs text and data together with the time, in seconds
// (signing.py, TimestampSigner).
type TimestampSigner struct{ s *signer.Signer }

// NewTimestampSigner returns a TimestampSigner; key and errors as [NewSigner].
func NewTimestampSigner(key string, o Options) (*TimestampSigner, error) {
	s, err := newSigner(key, o, "TimestampSigner")
	if err != nil {
		return nil, err
	}
	return &TimestampSigner{s}, nil
}

// Sign returns value with the time and the signature.
func (t *TimestampSigner) Sign(value string) string { return t.s.SignAt(value, t.s.Now()) }

// SignAt is Sign at another time than now.
func (t *TimestampSigner) SignAt(value string, at time.Time) string { return t.s.SignAt(value, at) }

// Unsign returns the value and when it was signed, however long ago. Errors:
// ErrBadSignature, ErrBadTime.
func (t *TimestampSigner) Unsign(signed string) (value string, at time.Time, err error) {
	return t.s.UnsignAt(signed)
}

// UnsignWithin is Unsign with a limit: a value signed more than maxAge ago is an
// [*ExpiredError]. One from the future is accepted, as Django does.
func (t *TimestampSigner) UnsignWithin(signed string, maxAge time.Duration) (value string, at time.Time, err error) {
	return t.s.UnsignWithin(signed, maxAge)
}

func checkAge(now, at time.Time, maxAge time.Duration) error {
	if age := now.Sub(at); age > maxAge {
		return &ExpiredError{SignedAt: at, Age: age, MaxAge: maxAge}
	}
	return nil
}

func appendTime(dst []byte, at time.Time) []byte { return appendBase62(dst, at.Unix()) }

// furthest is how many seconds from 1970 a time may be that is read, some 285
// million years; package time counts wrong not far beyond a thousand times that.
const furthest = 1 << 53

func readTime(stamp string) (at time.Time, ok bool) {
	sec, ok := parseBase62(stamp)
	if !ok || abs(sec) > furthest {
		return time.Time{}, false
	}
	return time.Unix(sec, 0).UTC(), true
}
