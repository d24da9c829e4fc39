package site

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"strings"
)

// Accounts are who can sign in. A subject is what the session says of who is signed in:
// the name itself, or a number where names can change. Safe for concurrent use.
type Accounts interface {
	// Check returns the subject of the user with this name and password, or
	// ErrWrongPassword. Any other error: it couldn't be found out.
	Check(ctx context.Context, name, password string) (subject string, err error)

	// Name returns what the user with the subject is called now.
	Name(ctx context.Context, subject string) (string, error)
}

// ErrWrongPassword is what a visitor is told who can't sign in.
var ErrWrongPassword = errors.New("Invalid username or password") //nolint:staticcheck // shown to people as it is

// Users are Accounts that are given by hand: names with passwords. A real site keeps a
// password hash made for the purpose (Argon2id, scrypt) instead of the password.
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

// Check implements Accounts. It takes the same time whether the name is known or not,
// and wherever the password is wrong. Hashing first makes both sides equally long.
func (u Users) Check(_ context.Context, name, password string) (subject string, err error) {
	want, known := u[name]
	wantSum, gotSum := sha256.Sum256([]byte(want)), sha256.Sum256([]byte(password))
	same := subtle.ConstantTimeCompare(wantSum[:], gotSum[:]) == 1
	if !known || !same {
		return "", ErrWrongPassword
	}
	return name, nil
}

// Name implements Accounts.
func (Users) Name(_ context.Context, subject string) (string, error) { return subject, nil }
