// Package djangopassword has the hashers of Django's passwords that need more than the
// standard library: [Argon2], [Bcrypt] and [Scrypt], for package compat/django/password.
// With them all of Django's PASSWORD_HASHERS are there:
//
//	hashers := append(password.Default, djangopassword.Argon2{}, djangopassword.Bcrypt{}, djangopassword.Scrypt{})
//	ok, outdated, err := password.Check(hashers, typed, encoded)
package djangopassword

import (
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/crypto/scrypt"

	"github.com/coatcheck-go/session/compat/django/password"
)

var (
	errDamaged = errors.New("djangopassword: an encoded password is damaged")
	errTooMuch = errors.New("djangopassword: an encoded password asks for more memory or work than is allowed")
)

// Scrypt is ScryptPasswordHasher. A zero field is Django's default.
type Scrypt struct {
	WorkFactor  int // N, a power of two; default 16384
	BlockSize   int // r; default 8
	Parallelism int // p; default 5

	// MaxMemory is how many bytes may be used to check a password, and MaxWork how
	// often those are gone through, so that a damaged row can't exhaust the machine.
	// Default 256 MiB and 64.
	MaxMemory, MaxWork int
}

var _ password.Hasher = Scrypt{}

const (
	scryptSize       = 64
	defaultMaxMemory = 256 << 20
	defaultMaxWork   = 64
)

func or(v, preset int) int {
	if v == 0 {
		return preset
	}
	return v
}

// A cost is scrypt's N, r and p.
type cost struct{ n, r, p int }

func (s Scrypt) cost() cost {
	return cost{or(s.WorkFactor, 1<<14), or(s.BlockSize, 8), or(s.Parallelism, 5)}
}

// Algorithm is "scrypt".
func (Scrypt) Algorithm() string { return "scrypt" }

// Encode implements password.Hasher. An error: the salt, or a cost that scrypt doesn't
// take.
func (s Scrypt) Encode(text, salt string) (encoded string, err error) {
	return encodeScrypt(text, salt, s.cost())
}

func encodeScrypt(text, salt string, c cost) (encoded string, err error) {
	if err := password.CheckSalt(salt); err != nil {
		return "", err
	}
	key, err := scrypt.Key([]byte(text), []byte(salt), c.n, c.r, c.p, scryptSize)
	if err != nil {
		return "", fmt.Errorf("djangopassword: %w", err)
	}
	return fmt.Sprintf("scrypt$%d$%s$%d$%d$%s", c.n, salt, c.r, c.p, base64.StdEncoding.EncodeToString(key)), nil
}

// Verify implements password.Hasher.
func (s Scrypt) Verify(text, encoded string) (ok bool, err error) {
	salt, c, err := parseScrypt(encoded)
	if err != nil {
		return false, err
	}
	const most = 1 << 24 // so that the product below doesn't overflow
	if c.n > most || c.r > most/128 || c.p > or(s.MaxWork, defaultMaxWork) || 128*c.n*c.r > or(s.MaxMemory, defaultMaxMemory) {
		return false, errTooMuch
	}
	again, err := encodeScrypt(text, salt, c)
	return err == nil && subtle.ConstantTimeCompare([]byte(again), []byte(encoded)) == 1, err
}

// Outdated implements password.Hasher: another cost. As in Django, the salt's length
// doesn't count.
func (s Scrypt) Outdated(encoded string) bool {
	_, c, err := parseScrypt(encoded)
	return err != nil || c != s.cost()
}

// parseScrypt reads scrypt$N$salt$r$p$hash.
func parseScrypt(encoded string) (salt string, c cost, err error) {
	parts := strings.Split(encoded, "$")
	if len(parts) != 6 || parts[0] != "scrypt" || parts[2] == "" {
		return "", c, errDamaged
	}
	for i, field := range map[int]*int{1: &c.n, 3: &c.r, 4: &c.p} {
		if *field, err = strconv.Atoi(parts[i]); err != nil || *field < 1 {
			return "", c, errDamaged
		}
	}
	return parts[2], c, nil
}
