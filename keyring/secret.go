package keyring

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"strings"
)

// secretSize is how long a secret is that Generate makes, and the least that is
// taken.
const secretSize = 32

// secretPrefix makes a leaked secret recognisable.
const secretPrefix = "coatkey1_"

// hidden is what a secret prints as, whatever the verb.
const hidden = "(hidden)"

// A Secret is the bytes that keys are derived from. It prints as "(hidden)" in
// every form (fmt, log/slog, JSON).
type Secret []byte

// Generate returns a fresh secret: 32 bytes from crypto/rand, which ends the
// program rather than return anything predictable.
func Generate() Secret {
	s := make(Secret, secretSize)
	_, _ = rand.Read(s) // never fails, see its documentation
	return s
}

// Reveal returns the secret's text, as it stands in a key file.
func (s Secret) Reveal() string { return secretPrefix + base64.RawURLEncoding.EncodeToString(s) }

func (Secret) Format(f fmt.State, _ rune)   { _, _ = f.Write([]byte(hidden)) }
func (Secret) LogValue() slog.Value         { return slog.StringValue(hidden) }
func (Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// The errors never hold any part of what was to be a secret.
var (
	errText     = errors.New("not a secret: want hex or base64, perhaps with " + secretPrefix + " in front")
	errVersion  = errors.New("a secret of a newer form than this version reads")
	errShort    = fmt.Errorf("the secret has fewer than %d bytes: make one with \"coatcheck keys new\"", secretSize)
	errASCII    = errors.New("the secret is plain text, not random bytes (if it is hex or base64, decode it first)")
	errRepeated = errors.New("the secret is not random: its bytes repeat or follow a pattern")
)

// ParseSecret reads a secret's text, see the package's documentation. The error
// doesn't show it.
func ParseSecret(text string) (Secret, error) {
	text = strings.TrimSpace(text)
	if rest, ours := strings.CutPrefix(text, "coatkey"); ours {
		if text, ours = strings.CutPrefix(rest, "1_"); !ours {
			return nil, errVersion
		}
	}
	raw, err := decodeText(text)
	if err != nil {
		return nil, errText
	}
	return raw, checkSecret(raw)
}

// decodeText takes hex for hex, though it could be base64 as well: of random base64 that
// happens less than once in 2^80.
func decodeText(text string) ([]byte, error) {
	if len(text) >= hex.EncodedLen(secretSize) {
		if raw, err := hex.DecodeString(text); err == nil {
			return raw, nil
		}
	}
	text = strings.NewReplacer("+", "-", "/", "_").Replace(strings.TrimRight(text, "="))
	return base64.RawURLEncoding.Strict().DecodeString(text)
}

// checkSecret refuses what is clearly not from a random generator.
func checkSecret(raw []byte) error {
	if len(raw) < secretSize {
		return errShort
	}
	var values, steps byteSet
	printable := true
	for i, b := range raw {
		values.add(b)
		printable = printable && b >= ' ' && b <= '~'
		if i > 0 {
			steps.add(b - raw[i-1])
		}
	}
	switch {
	case printable:
		return errASCII
	case values.count < leastDistinct || steps.count < leastDistinct:
		return errRepeated
	}
	return nil
}

// leastDistinct of 32 random bytes are fewer only once in 2^51 times; of their 31
// steps once in 2^47.
const leastDistinct = 16

// A byteSet counts different bytes.
type byteSet struct {
	has   [256]bool
	count int
}

func (s *byteSet) add(b byte) {
	if !s.has[b] {
		s.has[b] = true
		s.count++
	}
}
