package djangopassword

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/crypto/bcrypt"

	"github.com/coatcheck-go/session/compat/django/password"
)

// Bcrypt is BCryptSHA256PasswordHasher. A zero field is Django's default.
type Bcrypt struct {
	// Plain makes it BCryptPasswordHasher, which counts no more than 72 bytes of a
	// password.
	Plain bool

	Rounds int // the work doubles with each; 4 to 31, default 12

	// MaxRounds is how many may be gone through to check a password, so that a damaged
	// row can't keep a processor busy for days. Default 16.
	MaxRounds int
}

var _ password.Hardener = Bcrypt{}

// Algorithm is "bcrypt_sha256" or "bcrypt".
func (b Bcrypt) Algorithm() string {
	if b.Plain {
		return "bcrypt"
	}
	return "bcrypt_sha256"
}

// Encode implements password.Hasher. The salt isn't used, for bcrypt makes its own. An
// error: rounds out of bounds, and with Plain a password of more than 72 bytes.
func (b Bcrypt) Encode(text, _ string) (encoded string, err error) {
	rounds := or(b.Rounds, 12)
	if rounds < bcrypt.MinCost {
		return "", fmt.Errorf("djangopassword: Bcrypt.Rounds is %d, must be %d or more", rounds, bcrypt.MinCost)
	}
	hash, err := bcrypt.GenerateFromPassword(b.input(text), rounds)
	if err != nil {
		return "", fmt.Errorf("djangopassword: %w", err)
	}
	return b.Algorithm() + "$$2b" + strings.TrimPrefix(string(hash), "$2a"), nil // two names of one algorithm
}

// input is what bcrypt gets to see of a password.
func (b Bcrypt) input(text string) []byte {
	if b.Plain {
		return []byte(text)
	}
	sum := sha256.Sum256([]byte(text))
	return hex.AppendEncode(nil, sum[:])
}

// Verify implements password.Hasher.
func (b Bcrypt) Verify(text, encoded string) (ok bool, err error) {
	hash, rounds, err := b.parse(encoded)
	switch {
	case err != nil:
		return false, err
	case rounds > or(b.MaxRounds, 16):
		return false, errTooMuch
	}
	err = bcrypt.CompareHashAndPassword([]byte(hash), b.input(text))
	switch {
	case errors.Is(err, bcrypt.ErrMismatchedHashAndPassword):
		return false, nil
	case err != nil:
		return false, errDamaged
	}
	return true, nil
}

// Outdated implements password.Hasher: other rounds.
func (b Bcrypt) Outdated(encoded string) bool {
	_, rounds, err := b.parse(encoded)
	return err != nil || rounds != or(b.Rounds, 12)
}

// Harden implements password.Hardener: fewer rounds. All of today's are done, which is
// somewhat more than what is missing.
func (b Bcrypt) Harden(text, encoded string) {
	if _, rounds, err := b.parse(encoded); err == nil && rounds < or(b.Rounds, 12) {
		_, _ = b.Encode(text, "")
	}
}

// parse reads bcrypt_sha256$$2b$12$ and 53 characters of salt and hash.
func (b Bcrypt) parse(encoded string) (hash string, rounds int, err error) {
	hash, ok := strings.CutPrefix(encoded, b.Algorithm()+"$")
	parts := strings.Split(hash, "$")
	if !ok || len(parts) != 4 || parts[0] != "" || len(parts[3]) != 53 {
		return "", 0, errDamaged
	}
	if rounds, err = strconv.Atoi(parts[2]); err != nil || len(parts[2]) != 2 {
		return "", 0, errDamaged
	}
	return hash, rounds, nil
}
