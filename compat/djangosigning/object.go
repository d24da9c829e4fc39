package djangosigning

import (
	"slices"
	"time"
	"unicode/utf8"
)

// Seal returns a token that holds data (signing.py, Signer.sign_object).
func (s *Signer) Seal(data []byte) string { return s.s.Seal(data) }

// Open returns the data of a token. Errors: ErrBadSignature, ErrBadPayload.
func (s *Signer) Open(token string) ([]byte, error) { return s.s.Open(token) }

// Dumps returns a token that holds v as JSON in Python's spelling: ASCII, floats
// are 1.0 and 1e-07, maps are in order of their keys, and what a struct or a
// json.Marshaler gives is what encoding/json gives, in which a float may look like
// an integer. An error: v can't be JSON, or has text that isn't UTF-8; it doesn't
// tell v.
func (s *Signer) Dumps(v any) (string, error) { return s.s.Dumps(v) }

// Loads stores the JSON of a token in what v points to, as [encoding/json.Unmarshal]
// does; but in an any, numbers are [encoding/json.Number], so that 1.0 stays 1.0. Only
// if v is an *any, Python's NaN and Infinity are read. Errors as Open; ErrBadPayload also if it
// is no JSON or doesn't fit v.
func (s *Signer) Loads(token string, v any) error { return s.s.Loads(token, v) }

// Seal returns a token that holds data and the time.
func (t *TimestampSigner) Seal(data []byte) string { return t.s.SealAt(data, t.s.Now()) }

// SealAt is Seal at another time than now.
func (t *TimestampSigner) SealAt(data []byte, at time.Time) string { return t.s.SealAt(data, at) }

// Open returns the data of a token, and when it was signed, however long ago.
// Errors: ErrBadSignature, ErrBadTime, ErrBadPayload.
func (t *TimestampSigner) Open(token string) (data []byte, at time.Time, err error) {
	return t.s.OpenAt(token)
}

// OpenWithin is Open with a limit: see [TimestampSigner.UnsignWithin].
func (t *TimestampSigner) OpenWithin(token string, maxAge time.Duration) (data []byte, at time.Time, err error) {
	return t.s.OpenWithin(token, maxAge)
}

// OpenUnsafe returns the data and the time of a token whoever signed it, with the
// error of Open, if it has them at all: for tools that show what a token says.
// Anybody can have made it up.
func (t *TimestampSigner) OpenUnsafe(token string) (data []byte, at time.Time, err error) {
	return t.s.OpenUnsafeAt(token)
}

// Dumps returns a token that holds v and the time: see [Signer.Dumps].
func (t *TimestampSigner) Dumps(v any) (string, error) { return t.s.DumpsAt(v, t.s.Now()) }

// Loads stores the JSON of a token in what v points to, as [Signer.Loads] does,
// and returns when it was signed. Errors as Open and ErrBadPayload.
func (t *TimestampSigner) Loads(token string, v any) (at time.Time, err error) {
	return t.s.LoadsAt(token, v)
}

// LoadsWithin is Loads with a limit: see [TimestampSigner.UnsignWithin].
func (t *TimestampSigner) LoadsWithin(token string, maxAge time.Duration, v any) (at time.Time, err error) {
	return t.s.LoadsWithin(token, maxAge, v)
}

// latin1 takes each byte for a character, as JSONSerializer.loads does. What
// Django writes is ASCII.
func latin1(data []byte) []byte {
	i := slices.IndexFunc(data, func(c byte) bool { return c >= utf8.RuneSelf })
	if i < 0 {
		return data
	}
	out := append(make([]byte, 0, 2*len(data)), data[:i]...)
	for _, c := range data[i:] {
		out = utf8.AppendRune(out, rune(c))
	}
	return out
}
