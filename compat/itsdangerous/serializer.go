package itsdangerous

import "github.com/coatcheck-go/session/compat/internal/signer"

// A URLSafeSerializer signs data of any kind as text that is safe in URLs and
// cookies (url_safe.py, URLSafeSerializer).
type URLSafeSerializer struct{ s *signer.Signer }

// NewURLSafeSerializer returns a URLSafeSerializer; keys and errors as
// [NewSigner].
func NewURLSafeSerializer(keys []string, o Options) (*URLSafeSerializer, error) {
	s, err := newSigner(keys, o, "itsdangerous")
	if err != nil {
		return nil, err
	}
	return &URLSafeSerializer{s}, nil
}

// Seal returns a token that holds data.
func (u *URLSafeSerializer) Seal(data []byte) string { return u.s.Seal(data) }

// Open returns the data of a token. Errors: ErrBadSignature, ErrBadPayload.
func (u *URLSafeSerializer) Open(token string) ([]byte, error) { return u.s.Open(token) }

// OpenUnsafe returns the data of a token whoever signed it, with the error of Open,
// if it has data at all: for tools that show what a token says (the original's
// loads_unsafe). Anybody can have made it up.
func (u *URLSafeSerializer) OpenUnsafe(token string) ([]byte, error) { return u.s.OpenUnsafe(token) }

// Dumps returns a token that holds v as JSON in Python's spelling: floats are
// 1.0 and 1e-07, maps are in order of their keys, and what a struct or a
// json.Marshaler gives is what encoding/json gives, in which a float may look like
// an integer. An error: v can't be JSON, or has text that isn't UTF-8; it doesn't
// tell v.
func (u *URLSafeSerializer) Dumps(v any) (string, error) { return u.s.Dumps(v) }

// Loads stores the JSON of a token in what v points to, as [encoding/json.Unmarshal]
// does; but in an any, numbers are [encoding/json.Number], so that 1.0 stays 1.0. Only
// if v is an *any, Python's NaN and Infinity are read. Errors as Open; ErrBadPayload also if it
// is no JSON or doesn't fit v.
func (u *URLSafeSerializer) Loads(token string, v any) error { return u.s.Loads(token, v) }
