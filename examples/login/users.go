package main

import (
	"crypto/subtle"
	"sync"
)

// users STANDS FOR THE APPLICATION'S OWN table of users: Coatcheck knows who is
// signed in and never sees a password. A real one keeps slow, salted hashes
// (argon2id, or crypto/pbkdf2 of the standard library), takes as long for a name
// that it doesn't know, and lets nobody guess quickly.
type users struct {
	mu        sync.Mutex
	passwords map[string]string
}

func (u *users) check(name, password string) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	want, known := u.passwords[name]
	return subtle.ConstantTimeCompare([]byte(want), []byte(password)) == 1 && known
}

func (u *users) setPassword(name, password string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.passwords[name] = password
}
