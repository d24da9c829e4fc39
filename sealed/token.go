package sealed

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/keyring"
)

// prefix begins every token, for secret scanners.
const prefix = "coat2_"

// errInvalid is for all that is no token of ours, and never says why.
var errInvalid = fmt.Errorf("sealed: token can't be opened: %w", session.ErrMalformed)

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

func newSealer(ring *keyring.Ring, signedOnly bool, s settings) sealer {
	if signedOnly {
		return &signer{ring: ring, bound: bound(versionSigned, s)}
	}
	return &crypter{ring: ring, bound: bound(versionEncrypted, s)}
}

// bound is what a token is good for, and authenticated with it. Each text has its
// length in front, so that no two lists run together to the same bytes.
func bound(version byte, s settings) (b []byte) {
	for _, text := range []string{string(rune(version)), s.cookie, s.app, "session"} {
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
func (w *worker) seal(s *session.Snapshot) (string, error) {
	payload := binary.AppendUvarint(make([]byte, 0, 512), uint64(len(s.ID)))
	raw, err := w.seals.seal(appendSealable(append(payload, s.ID...), s))
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
func (w *worker) unseal(token string, s *session.Snapshot) error {
	*s = session.Snapshot{}
	payload, key := w.payload(token)
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
	s.ID, s.Renew = string(id), key != w.ring.First()
	return nil
}

// payload returns what was sealed and the one key that could open it; no key: token
// is none of ours.
func (w *worker) payload(token string) ([]byte, *keyring.Key) {
	if !hasForm(token) {
		return nil, nil
	}
	text := token[len(prefix):]
	raw, err := strict.DecodeString(text)
	if err != nil || strict.EncodedLen(len(raw)) != len(text) { // the decoder skips line ends
		return nil, nil
	}
	if len(raw) < headSize || raw[0] != w.seals.version() {
		return nil, nil
	}
	key := w.ring.Find(keyring.ID(raw[1:headSize]))
	if key == nil {
		return nil, nil
	}
	payload, ok := w.seals.open(key, raw)
	if !ok {
		return nil, nil
	}
	return payload, key
}
