package itsdangerous

import (
	"encoding/base64"
	"encoding/binary"
	"time"

	"github.com/coatcheck-go/session/compat/internal/payload"
	"github.com/coatcheck-go/session/compat/internal/signer"
)

// A TimestampSigner signs text together with the time, in seconds (timed.py,
// TimestampSigner).
type TimestampSigner struct{ s *signer.Signer }

// NewTimestampSigner returns a TimestampSigner; keys and errors as [NewSigner].
func NewTimestampSigner(keys []string, o Options) (*TimestampSigner, error) {
	s, err := newSigner(keys, o, "itsdangerous.Signer")
	if err != nil {
		return nil, err
	}
	return &TimestampSigner{s}, nil
}

// Sign returns value with the time and the signature.
func (t *TimestampSigner) Sign(value string) string { return t.s.SignAt(value, t.s.Now()) }

// SignAt is Sign at another time than now; for instance a second ago, for a peer
// whose clock is slow. A time before 1970 is written as 1970: the format has none
// before.
func (t *TimestampSigner) SignAt(value string, at time.Time) string { return t.s.SignAt(value, at) }

// Unsign returns the value and when it was signed, however long ago, and even if
// in the future. Errors: ErrBadSignature, ErrBadTime.
func (t *TimestampSigner) Unsign(signed string) (value string, at time.Time, err error) {
	return t.s.UnsignAt(signed)
}

// UnsignWithin is Unsign with a limit: a value signed more than maxAge ago, or in
// the future, is an [*ExpiredError]. Ages are whole seconds, as in the original,
// so a peer's clock that is a second ahead makes its tokens fail here.
func (t *TimestampSigner) UnsignWithin(signed string, maxAge time.Duration) (value string, at time.Time, err error) {
	return t.s.UnsignWithin(signed, maxAge)
}

func checkAge(now, at time.Time, maxAge time.Duration) error {
	age := now.Unix() - at.Unix()
	if age >= 0 && age <= floorSeconds(maxAge) {
		return nil
	}
	return &ExpiredError{SignedAt: at, Age: seconds(age), MaxAge: maxAge}
}

// floorSeconds rounds down, also below zero: age > 1.5 and age > 1 are the same
// for whole seconds.
func floorSeconds(d time.Duration) int64 {
	s := int64(d / time.Second)
	if d%time.Second < 0 {
		s--
	}
	return s
}

// seconds is s seconds, or the furthest a Duration reaches.
func seconds(s int64) time.Duration {
	const furthest = int64(1<<63-1) / int64(time.Second)
	return time.Duration(min(max(s, -furthest), furthest)) * time.Second
}

// lastSecond is the last one of the year 9999, where Python's datetime ends.
const lastSecond = 253402300799

// appendTime appends the seconds since 1970, big-endian and without leading zeros,
// so 1970 itself is no character at all (encoding.py, int_to_bytes).
func appendTime(dst []byte, at time.Time) []byte {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], uint64(max(0, at.Unix()))) //nolint:gosec // not negative
	zeros := 0
	for zeros < len(b) && b[zeros] == 0 {
		zeros++
	}
	return base64.RawURLEncoding.AppendEncode(dst, b[zeros:])
}

// readTime takes up to eight bytes, zeros in front of them too (encoding.py,
// bytes_to_int).
func readTime(stamp string) (at time.Time, ok bool) {
	var room [8]byte
	b, err := payload.AppendBase64(room[:0], stamp)
	if err != nil || len(b) > 8 {
		return time.Time{}, false
	}
	var sec uint64
	for _, c := range b {
		sec = sec<<8 | uint64(c)
	}
	if sec > lastSecond {
		return time.Time{}, false
	}
	return time.Unix(int64(sec), 0).UTC(), true
}
