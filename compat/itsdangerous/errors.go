package itsdangerous

import (
	"errors"
	"fmt"
	"time"
)

// What can be wrong with a token; test with [errors.Is]. As in the original
// (exc.py) an ErrBadTime is an ErrBadSignature too, and an [ExpiredError] is
// both. None of them holds the token, a key or what was signed.
var (
	// ErrBadSignature: not signed with any of the keys, or changed since.
	ErrBadSignature = errors.New("itsdangerous: bad signature")

	// ErrBadTime: signed, but its time is missing or can't be read.
	ErrBadTime = fmt.Errorf("%w: time missing or malformed", ErrBadSignature)

	// ErrBadPayload: signed, and what was signed can't be decoded: not base64,
	// not zlib, too large, not the JSON the caller expects.
	ErrBadPayload = errors.New("itsdangerous: bad payload")
)

// An ExpiredError is the error of a token that is too old, or from the future:
// the original's SignatureExpired. Get it by [errors.As].
type ExpiredError struct {
	SignedAt time.Time     // to the second, UTC
	Age      time.Duration // whole seconds; negative: signed in the future
	MaxAge   time.Duration // what the caller allowed
}

func (e *ExpiredError) Error() string {
	if e.Age < 0 {
		return fmt.Sprintf("itsdangerous: signed in the future, by %v", -e.Age)
	}
	return fmt.Sprintf("itsdangerous: signature expired: age %v, allowed %v", e.Age, e.MaxAge)
}

// Unwrap returns ErrBadTime.
func (e *ExpiredError) Unwrap() error { return ErrBadTime }
