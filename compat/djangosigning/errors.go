package djangosigning

import (
	"errors"
	"fmt"
	"time"
)

// What can be wrong with a token; test with [errors.Is]. None of them holds the
// token, a key or what was signed.
var (
	// ErrBadSignature: not signed with any of the keys, or changed since.
	ErrBadSignature = errors.New("djangosigning: bad signature")

	// ErrBadTime: signed, but its time is missing or can't be read, for which
	// the original has no error of its own.
	ErrBadTime = fmt.Errorf("%w: time missing or malformed", ErrBadSignature)

	// ErrBadPayload: signed, and what was signed can't be decoded: not base64,
	// not zlib, too large, not the JSON the caller expects.
	ErrBadPayload = errors.New("djangosigning: bad payload")
)

// An ExpiredError is the error of a token that is too old: the original's
// SignatureExpired, and as there an ErrBadSignature too. Get it by [errors.As].
type ExpiredError struct {
	SignedAt time.Time     // to the second, UTC
	Age      time.Duration // to the clock's precision
	MaxAge   time.Duration // what the caller allowed
}

func (e *ExpiredError) Error() string {
	return fmt.Sprintf("djangosigning: signature expired: age %v, allowed %v", e.Age, e.MaxAge)
}

// Unwrap returns ErrBadSignature.
func (e *ExpiredError) Unwrap() error { return ErrBadSignature }
