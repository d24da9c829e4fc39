package sealed

import (
	"encoding/base64"
	"encoding/binary"
	"strings"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/keyring"
)

// prefix begins every token, for secret scanners.
const prefix = "coat2_"

// A token is the prefix and, in base64url without padding, a version byte that tells
// how it is sealed, the ID of the key, and what that version says.
const (
	versionEncrypted = 1
	versionSigned    = 2

	headSize = 1 + len(keyring.ID{})
)

// strict takes one spelling of a value only.
var strict = base64.RawURLEncoding.Strict()

// A sealer turns a payload into a token's bytes and back.
type sealer interface {
	// seal uses the first key of the ring.
	seal(payload []byte) ([]byte, error)

	// open uses key. It may write over raw, which holds a head at least. false: raw is
	// none of ours.
	open(key *keyring.Key, raw []byte) (payload []byte, ok bool)

	// version is the first byte of raw.
	version() byte
}

func newSealer(ring *keyring.Ring, o Options) sealer {
	if o.SignedOnly {
		return signer{ring: ring, bound: bound(versionSigned, o)}
	}
	return &crypter{ring: ring, bound: bound(versionEncrypted, o)}
}

// bound is what a token is good for, and authenticated with it. Each text has its
// length in front, so that no two lists run together to the same bytes.
func bound(version byte, o Options) (b []byte) {
	for _, text := range []string{string(rune(version)), o.CookieName, o.App, "session"} {
		b = append(binary.AppendUvarint(b, uint64(len(text))), text...)
	}
	return b
}

// head begins a token's bytes.
func head(version byte, key *keyring.Key, size int) []byte {
	id := key.ID()
	return append(append(make([]byte, 0, size), version), id[:]...)
}

// hasForm reports whether token looks like one of ours.
func hasForm(token string) bool { return strings.HasPrefix(token, prefix) }

// seal returns the token of s.
func (e *Engine) seal(s *session.Snapshot) (string, error) {
	payload := binary.AppendUvarint(make([]byte, 0, 512), uint64(len(s.ID)))
	raw, err := e.seals.seal(appendSealable(append(payload, s.ID...), s))
	if err != nil {
		return "", err
	}
	text := make([]byte, 0, len(prefix)+strict.EncodedLen(len(raw)))
	return string(strict.AppendEncode(append(text, prefix...), raw)), nil
}

// appendSealable appends all of s that is in a token, but the ID. Address and browser are for lists of
// sessions, which only records make, and would take a tenth of a cookie.
func appendSealable(b []byte, s *session.Snapshot) []byte {
	c := *s
	c.Address, c.UserAgent = "", ""
	b, _ = c.AppendBinary(b) // the error is always nil
	return b
}

// unseal reads into s what token says, which is checked before it is read.
func (e *Engine) unseal(token string, s *session.Snapshot) error {
	*s = session.Snapshot{}
	payload, key := e.payload(token)
	if key == nil {
		return errInvalid
	}
	size, n := binary.Uvarint(payload)
	if n <= 0 || size == 0 || size > uint64(len(payload)-n) {
		return errInvalid
	}
	id := payload[n : n+int(size)]
	if s.UnmarshalBinary(payload[n+int(size):]) != nil {
		*s = session.Snapshot{}
		return errInvalid
	}
	s.ID, s.Renew = string(id), key != e.ring.First()
	return nil
}

// payload returns what was sealed and the one key that could open it; no key: token
// is none of ours.
func (e *Engine) payload(token string) ([]byte, *keyring.Key) {
	if !hasForm(token) {
		return nil, nil
	}
	text := token[len(prefix):]
	raw, err := strict.DecodeString(text)
	if err != nil || strict.EncodedLen(len(raw)) != len(text) { // the decoder skips line ends
		return nil, nil
	}
	if len(raw) < headSize || raw[0] != e.seals.version() {
		return nil, nil
	}
	key := e.ring.Find(keyring.ID(raw[1:headSize]))
	if key == nil {
		return nil, nil
	}
	payload, ok := e.seals.open(key, raw)
	if !ok {
		return nil, nil
	}
	return payload, key
}
