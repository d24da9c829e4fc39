package password

import (
	"crypto/pbkdf2"
	"crypto/sha1" //nolint:gosec // PBKDF2SHA1PasswordHasher
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"hash"
	"strconv"
	"strings"
)

// PBKDF2 is PBKDF2PasswordHasher, Django's default.
type PBKDF2 struct {
	// SHA1 makes it PBKDF2SHA1PasswordHasher.
	SHA1 bool

	// Iterations of new passwords. Default 1,000,000, as of Django 5.2.
	Iterations int

	// MaxIterations is how many are done to check a password, so that a damaged row
	// can't keep a processor busy for hours. Default ten times Iterations.
	MaxIterations int
}

const defaultIterations = 1_000_000

var errDamaged = errors.New("password: an encoded password is damaged")

// Algorithm is "pbkdf2_sha256" or "pbkdf2_sha1".
func (p PBKDF2) Algorithm() string {
	if p.SHA1 {
		return "pbkdf2_sha1"
	}
	return "pbkdf2_sha256"
}

func (p PBKDF2) iterations() int {
	if p.Iterations == 0 {
		return defaultIterations
	}
	return p.Iterations
}

// Encode implements [Hasher]. An error: the salt, a number of iterations below 1, or
// what isn't allowed under GODEBUG=fips140=only.
func (p PBKDF2) Encode(password, salt string) (encoded string, err error) {
	return p.encode(password, salt, p.iterations())
}

func (p PBKDF2) encode(password, salt string, iterations int) (encoded string, err error) {
	if err := CheckSalt(salt); err != nil {
		return "", err
	}
	if iterations < 1 {
		return "", errors.New("password: PBKDF2.Iterations must be 1 or more")
	}
	key, err := p.key(password, salt, iterations)
	if err != nil {
		return "", fmt.Errorf("password: %w", err)
	}
	return fmt.Sprintf("%s$%d$%s$%s", p.Algorithm(), iterations, salt, base64.StdEncoding.EncodeToString(key)), nil
}

func (p PBKDF2) key(password, salt string, iterations int) ([]byte, error) {
	digest, size := func() hash.Hash { return sha256.New() }, sha256.Size
	if p.SHA1 {
		digest, size = func() hash.Hash { return sha1.New() }, sha1.Size //nolint:gosec // PBKDF2SHA1PasswordHasher
	}
	return pbkdf2.Key(digest, password, []byte(salt), iterations, size)
}

// Verify implements [Hasher].
func (p PBKDF2) Verify(password, encoded string) (ok bool, err error) {
	iterations, salt, err := p.parse(encoded)
	if err != nil {
		return false, err
	}
	most := p.MaxIterations
	if most == 0 {
		most = 10 * p.iterations()
	}
	if iterations > most {
		return false, errors.New("password: an encoded password asks for more than PBKDF2.MaxIterations")
	}
	again, err := p.encode(password, salt, iterations)
	return err == nil && subtle.ConstantTimeCompare([]byte(again), []byte(encoded)) == 1, err
}

// Outdated implements [Hasher]: other iterations, or a short salt.
func (p PBKDF2) Outdated(encoded string) bool {
	iterations, salt, err := p.parse(encoded)
	return err != nil || iterations != p.iterations() || ShortSalt(salt)
}

// Harden implements [Hardener]: the iterations that are missing.
func (p PBKDF2) Harden(password, encoded string) {
	if missing, salt := p.missing(encoded); missing > 0 {
		_, _ = p.encode(password, salt, missing)
	}
}

// missing is how many iterations encoded has less than new passwords.
func (p PBKDF2) missing(encoded string) (iterations int, salt string) {
	had, salt, err := p.parse(encoded)
	if err != nil {
		return 0, ""
	}
	return p.iterations() - had, salt
}

func (p PBKDF2) parse(encoded string) (iterations int, salt string, err error) {
	parts := strings.SplitN(encoded, "$", 4)
	if len(parts) != 4 || parts[0] != p.Algorithm() {
		return 0, "", errDamaged
	}
	iterations, err = strconv.Atoi(parts[1])
	if err != nil || iterations < 1 || parts[2] == "" {
		return 0, "", errDamaged
	}
	return iterations, parts[2], nil
}
