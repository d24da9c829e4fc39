// Package signer is what itsdangerous and django.core.signing have in common: text
// with a signature after a separator, perhaps with a time before that, and data as
// such text.
package signer

import (
	"errors"
	"fmt"
	"hash"
	"time"

	"github.com/coatcheck-go/session/compat/internal/mac"
)

// A Format is what the two do each in its own way.
type Format struct {
	Name string // of the package, for errors

	// Exact: a signature has one spelling. Otherwise it is the bytes that count, and
	// Python's base64 spells them in several ways.
	Exact bool

	AppendTime func(dst []byte, at time.Time) []byte
	ReadTime   func(stamp string) (at time.Time, ok bool)

	// CheckAge returns an error if what was signed at that time is too old now.
	CheckAge func(now, at time.Time, maxAge time.Duration) error

	// Text returns the UTF-8 that data stands for when it is read as JSON; nil for
	// data itself.
	Text func(data []byte) []byte

	BadSignature, BadTime, BadPayload error
}

// Key returns the HMAC under the key that derive makes of secret. An error: secret is
// empty, or this process may not use the digest.
func (f *Format) Key(secret string, digest func() hash.Hash, derive func() []byte) (*mac.Key, error) {
	if secret == "" {
		return nil, errors.New(f.Name + ": a key is empty")
	}
	k, err := mac.New(digest, derive)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.Name, err)
	}
	return k, nil
}

func (f *Format) badPayload(err error) error { return fmt.Errorf("%w: %w", f.BadPayload, err) }

// A Signer signs in one Format. All of its fields must be set, but the bools. It is
// safe for concurrent use. Its errors are those of its Format.
type Signer struct {
	*Format

	Keys        []*mac.Key // in the order they are tried; the first one signs
	Separator   string
	Compress    bool // where that makes a token shorter
	ASCII       bool // see pyjson.Style
	MaxInflated int  // bytes
	Now         func() time.Time
}
