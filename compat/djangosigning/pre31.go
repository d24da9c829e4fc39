package djangosigning

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // the format's
	"encoding/base64"
	"encoding/hex"
	"strings"

	"github.com/coatcheck-go/session/compat/internal/mac"
)

// Pre31 reads and writes session data as Django kept it before 3.1, and as 3.1
// and 3.2 keep it under DEFAULT_HASHING_ALGORITHM = "sha1" (3.2,
// contrib/sessions/backends/base.py, _legacy_encode and _legacy_decode):
//
//	base64(hex(HMAC-SHA1(SHA1("django.contrib.sessions" + CLASS + SECRET_KEY), DATA)) ":" DATA)
//
// It holds no time and is never compressed. Safe for concurrent use.
type Pre31 struct{ key *mac.Key }

// NewPre31 returns a Pre31 for key, Django's SECRET_KEY, and the name of the
// engine's class, which is "SessionStore" in Django's own engines.
//
// An error: an empty key, or SHA-1 may not be used by this process.
func NewPre31(key, class string) (*Pre31, error) {
	k, err := saltedHMAC(sha1.New, "django.contrib.sessions"+class, "", key)
	if err != nil {
		return nil, err
	}
	return &Pre31{k}, nil
}

// Open returns the data. The error is ErrBadSignature.
func (p *Pre31) Open(token string) ([]byte, error) {
	raw, err := base64.StdEncoding.Strict().DecodeString(token)
	if err != nil {
		return nil, ErrBadSignature
	}
	sum, data, ok := strings.Cut(string(raw), ":")
	if !ok || !hmac.Equal([]byte(sum), p.sum(data)) {
		return nil, ErrBadSignature
	}
	return []byte(data), nil
}

// Seal returns a token that holds data.
func (p *Pre31) Seal(data []byte) string {
	raw := append(p.sum(string(data)), ':')
	return base64.StdEncoding.EncodeToString(append(raw, data...))
}

func (p *Pre31) sum(data string) []byte { return hex.AppendEncode(nil, mac.Append(p.key, nil, data)) }
