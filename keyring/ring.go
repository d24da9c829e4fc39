package keyring

import (
	"crypto/hmac"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync/atomic"
)

// A Ring is a list of keys: the first seals, all open. Make one with [New],
// [FromEnv], [File] or [Func]. It prints as "(hidden)". All methods are safe for
// concurrent use.
type Ring struct {
	load func() ([]*Key, error)
	keys atomic.Pointer[[]*Key]
}

// New returns a ring of secrets, at least one, the first of which seals. They are not
// kept. The error says which of them, counted from 1, is refused, and why.
func New(secrets ...[]byte) (*Ring, error) {
	return Func(func() ([][]byte, error) { return secrets, nil })
}

// FromEnv returns a ring of the secrets in the environment variable name, separated
// by commas or line ends, in the text form of [ParseSecret].
func FromEnv(name string) (*Ring, error) {
	return Func(func() ([][]byte, error) {
		secrets, err := parseList(os.Getenv(name))
		if err != nil {
			return nil, fmt.Errorf("environment variable %s: %w", name, err)
		}
		return secrets, nil
	})
}

func parseList(text string) (secrets [][]byte, err error) {
	fields := strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == '\n' || r == '\r' })
	for i, field := range fields {
		secret, err := ParseSecret(field)
		if err != nil {
			return nil, fmt.Errorf("secret %d: %w", i+1, err)
		}
		secrets = append(secrets, secret)
	}
	if len(secrets) == 0 {
		return nil, errNoSecret
	}
	return secrets, nil
}

// Func returns a ring of the secrets that load returns, the first of which seals.
// It is called now and by each Reload: by this a ring comes from a secret manager. The
// secrets are not kept.
func Func(load func() (secrets [][]byte, err error)) (*Ring, error) {
	return newRing(func() ([]*Key, error) {
		secrets, err := load()
		if err != nil {
			return nil, fmt.Errorf("keyring: load: %w", err)
		}
		keys := make([]*Key, len(secrets))
		for i, secret := range secrets {
			if keys[i], err = NewKey(secret); err != nil {
				return nil, fmt.Errorf("secret %d: %w", i+1, err)
			}
		}
		return keys, nil
	})
}

var errNoSecret = errors.New("there is no secret: make one with \"coatcheck keys new\"")

func newRing(load func() ([]*Key, error)) (*Ring, error) {
	r := &Ring{load: load}
	r.keys.Store(&[]*Key{})
	if err := r.Reload(); err != nil {
		return nil, err
	}
	return r, nil
}

// Reload reads the secrets again from where the ring got them, and uses them from
// now on. When they can't be read, or one of them is refused, the ring stays as it
// was, and the error says why.
func (r *Ring) Reload() error {
	keys, err := r.load()
	if err != nil {
		return err
	}
	if len(keys) == 0 {
		return fmt.Errorf("keyring: %w", errNoSecret)
	}
	for i, key := range keys {
		if findKey(keys[:i], key.id) != nil {
			return fmt.Errorf("keyring: two secrets have the ID %v: remove one of them", key.id)
		}
	}
	r.keys.Store(r.reuse(keys))
	return nil
}

// reuse puts keys that the ring has already in the place of their copies, so that
// what others hold for a *Key stays good.
func (r *Ring) reuse(keys []*Key) *[]*Key {
	for i, key := range keys {
		old := r.Find(key.id)
		if old != nil && hmac.Equal(old.prk, key.prk) && old.created.Equal(key.created) {
			keys[i] = old
		}
	}
	return &keys
}

// First returns the key that seals.
func (r *Ring) First() *Key { return (*r.keys.Load())[0] }

// Find returns the key with an ID, nil if there is none (any more).
func (r *Ring) Find(id ID) *Key { return findKey(*r.keys.Load(), id) }

// Keys returns all keys, the one that seals first.
func (r *Ring) Keys() []*Key { return slices.Clone(*r.keys.Load()) }

func findKey(keys []*Key, id ID) *Key {
	for _, key := range keys {
		if key.id == id {
			return key
		}
	}
	return nil
}

func (*Ring) Format(f fmt.State, _ rune)   { _, _ = f.Write([]byte(hidden)) }
func (*Ring) LogValue() slog.Value         { return slog.StringValue(hidden) }
func (*Ring) MarshalText() ([]byte, error) { return []byte(hidden), nil }
