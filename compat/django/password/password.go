// Package password checks and makes passwords as Django's contrib.auth.hashers keeps
// them, such as
//
//	pbkdf2_sha256$1000000$salt$hash
//
// The standard library has what PBKDF2 needs; scrypt, Argon2 and bcrypt are in the module
// compat/djangopassword.
//
//	ok, outdated, err := password.Check(hashers, typed, encoded)
package password

import (
	"crypto/rand"
	"errors"
	"fmt"
	"math"
	"strings"
)

// A Hasher is one of PASSWORD_HASHERS. Safe for concurrent use.
type Hasher interface {
	// Algorithm is what an encoded password begins with, before the first $.
	Algorithm() string

	// Encode returns the encoded form of password. salt must hold neither "$" nor be
	// empty; see NewSalt.
	Encode(password, salt string) (encoded string, err error)

	// Verify reports whether encoded, which is of this algorithm, is that of
	// password, in a time that doesn't depend on where they differ. An error:
	// encoded is damaged, or asks for more work than the Hasher allows.
	Verify(password, encoded string) (ok bool, err error)

	// Outdated reports whether encoded, which is of this algorithm, was made with
	// other settings than this Hasher's (Django's must_update).
	Outdated(encoded string) bool
}

// A Hardener is a [Hasher] that can make up for a password which is quicker to check than
// those made now, so that the time of a failed login doesn't tell users with such a
// password from those who don't exist (Django's harden_runtime).
type Hardener interface {
	Hasher

	// Harden does about as much work as a check of encoded, which is of this
	// algorithm, was spared. It does nothing if that was as much as today's.
	Harden(password, encoded string)
}

// Default are Hashers as of Django 5.2, without those that need other packages. The
// first makes new passwords.
var Default = []Hasher{PBKDF2{}, PBKDF2{SHA1: true}}

// ErrUnknown: a password is of an algorithm that none of the hashers has.
var ErrUnknown = errors.New("password: unknown algorithm")

// unusable is what the password of a user begins with who can't log in by one.
const unusable = "!"

// Check reports whether encoded is that of password, and whether it should be made anew,
// by Make, since settings have changed (Django's check_password and must_update). The
// first hasher is the preferred one; a wrong password costs as much time as a new one's
// check, see Hardener. A user without a usable password, or one who doesn't
// exist and so has an encoded of "", costs as much time as a check by that one.
//
// Errors: ErrUnknown, what a Hasher's Verify returns, or no hashers. They tell neither
// password nor encoded.
func Check(hashers []Hasher, password, encoded string) (ok, outdated bool, err error) {
	if len(hashers) == 0 {
		return false, false, errors.New("password: no hashers")
	}
	preferred := hashers[0]
	if encoded == "" || strings.HasPrefix(encoded, unusable) {
		_, err := preferred.Encode(password, NewSalt())
		return false, false, err
	}
	h := find(hashers, encoded)
	if h == nil {
		_, err := preferred.Encode(password, NewSalt())
		return false, false, errors.Join(ErrUnknown, err)
	}
	ok, err = h.Verify(password, encoded)
	outdated = h.Algorithm() != preferred.Algorithm() || h.Outdated(encoded)
	if hard, is := h.(Hardener); is && !ok && err == nil && h.Algorithm() == preferred.Algorithm() {
		hard.Harden(password, encoded)
	}
	return ok, ok && outdated, err
}

func find(hashers []Hasher, encoded string) Hasher {
	algorithm, _, ok := strings.Cut(encoded, "$")
	for _, h := range hashers {
		if ok && h.Algorithm() == algorithm {
			return h
		}
	}
	return nil
}

// Make returns the encoded form of password by the first hasher, with a salt of its
// own. The error is that of its Encode, or for no hashers.
func Make(hashers []Hasher, password string) (encoded string, err error) {
	if len(hashers) == 0 {
		return "", errors.New("password: no hashers")
	}
	return hashers[0].Encode(password, NewSalt())
}

// What Django makes salts of: 22 characters are 128 bits of chance.
const (
	saltChars = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	saltBits  = 128
)

// NewSalt returns a salt as Django makes it.
func NewSalt() string {
	n := int(math.Ceil(saltBits / math.Log2(float64(len(saltChars)))))
	salt := make([]byte, 0, n)
	for len(salt) < n {
		var random [64]byte
		_, _ = rand.Read(random[:]) // never fails, see its documentation
		for _, b := range random {
			if b &= 63; int(b) < len(saltChars) && len(salt) < n {
				salt = append(salt, saltChars[b])
			}
		}
	}
	return string(salt)
}

// ShortSalt reports whether a salt has less than 128 bits of chance, so that its password
// is outdated (Django's must_update_salt).
func ShortSalt(salt string) bool {
	return float64(len(salt))*math.Log2(float64(len(saltChars))) < saltBits
}

// CheckSalt returns an error if salt can't be part of an encoded password.
func CheckSalt(salt string) error {
	if salt == "" || strings.Contains(salt, "$") {
		return fmt.Errorf("password: the salt must not be empty and not hold $")
	}
	return nil
}
