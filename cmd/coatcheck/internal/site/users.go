package site

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"strings"
)

// Users are who can sign in: names with passwords. A real site keeps a password
// hash made for the purpose (Argon2id, scrypt) instead of the password.
type Users map[string]string

// maxName is the most that a session takes as its subject.
const maxName = 255

// ParseUsers reads "name:password,name:password". Its errors hold no password.
func ParseUsers(text string) (Users, error) {
	users := Users{}
	for i, part := range strings.Split(text, ",") {
		name, password, found := strings.Cut(part, ":")
		name = strings.TrimSpace(name)
		switch {
		case !found || name == "" || password == "":
			return nil, fmt.Errorf("user number %d: want NAME:PASSWORD, with commas between users", i+1)
		case len(name) > maxName:
			return nil, fmt.Errorf("user number %d: the name is longer than %d bytes", i+1, maxName)
		case users[name] != "":
			return nil, fmt.Errorf("%q is there twice", name)
		}
		users[name] = password
	}
	return users, nil
}

var errWrongPassword = errors.New("Invalid username or password") //nolint:staticcheck // shown to people as it is

// check takes the same time whether the name is known or not, and wherever the
// password is wrong. Hashing first makes both sides equally long.
func (u Users) check(name, password string) error {
	want, known := u[name]
	wantSum, gotSum := sha256.Sum256([]byte(want)), sha256.Sum256([]byte(password))
	same := subtle.ConstantTimeCompare(wantSum[:], gotSum[:]) == 1
	if !known || !same {
		return errWrongPassword
	}
	return nil
}
