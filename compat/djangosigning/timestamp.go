package djangosigning

import "time"

// A TimestampSigner signs text and data together with the time, in seconds
// (signing.py, TimestampSigner).
type TimestampSigner struct{ s *Signer }

// NewTimestampSigner returns a TimestampSigner; key and errors as [NewSigner].
func NewTimestampSigner(key string, o Options) (*TimestampSigner, error) {
	s, err := newSigner(key, o, "TimestampSigner")
	if err != nil {
		return nil, err
	}
	return &TimestampSigner{s}, nil
}

// Sign returns value with the time and the signature.
func (t *TimestampSigner) Sign(value string) string { return t.SignAt(value, t.s.o.Now()) }

// SignAt is Sign at another time than now.
func (t *TimestampSigner) SignAt(value string, at time.Time) string {
	return t.sign(append(make([]byte, 0, len(value)+t.s.room()), value...), at)
}

// sign returns what is in b with the time and the signature.
func (t *TimestampSigner) sign(b []byte, at time.Time) string {
	return t.s.sign(appendBase62(append(b, t.s.o.Separator...), at.Unix()))
}

// Unsign returns the value and when it was signed, however long ago. Errors:
// ErrBadSignature, ErrBadTime.
func (t *TimestampSigner) Unsign(signed string) (value string, at time.Time, err error) {
	if value, err = t.s.Unsign(signed); err != nil {
		return "", time.Time{}, err
	}
	value, stamp, ok := t.s.cut(value)
	if !ok {
		return "", time.Time{}, ErrBadTime
	}
	if at, err = readTime(stamp); err != nil {
		return "", time.Time{}, err
	}
	return value, at, nil
}

// UnsignWithin is Unsign with a limit: a value signed more than maxAge ago is an
// [*ExpiredError]. One from the future is accepted, as Django does.
func (t *TimestampSigner) UnsignWithin(signed string, maxAge time.Duration) (value string, at time.Time, err error) {
	if value, at, err = t.Unsign(signed); err != nil {
		return "", time.Time{}, err
	}
	if age := t.s.o.Now().Sub(at); age > maxAge {
		return "", time.Time{}, &ExpiredError{SignedAt: at, Age: age, MaxAge: maxAge}
	}
	return value, at, nil
}

// furthest is how many seconds from 1970 a time may be that is read, some 285
// million years; package time counts wrong not far beyond a thousand times that.
const furthest = 1 << 53

func readTime(stamp string) (time.Time, error) {
	sec, ok := parseBase62(stamp)
	if !ok || abs(sec) > furthest {
		return time.Time{}, ErrBadTime
	}
	return time.Unix(sec, 0).UTC(), nil
}
