package python

import (
	"encoding/hex"
	"errors"
	"strings"
)

// MarshalText returns the same as String.
func (u UUID) MarshalText() ([]byte, error) { return []byte(u.String()), nil }

var errUUID = errors.New("python: not a UUID")

// UnmarshalText reads what String wrote, and the 32 digits without dashes. The error
// is for anything else.
func (u *UUID) UnmarshalText(text []byte) error {
	raw, err := hex.DecodeString(strings.ReplaceAll(string(text), "-", ""))
	if err != nil || len(raw) != len(u) || len(text) != 36 && len(text) != 32 {
		return errUUID
	}
	*u = UUID(raw)
	return nil
}
