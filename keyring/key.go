package keyring

import (
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"log/slog"
	"time"
)

// An ID is a key's public name, derived from its secret. It gives nothing of the
// secret away and may be shown and logged.
type ID [4]byte

// String returns the ID as 8 characters of hex.
func (id ID) String() string { return hex.EncodeToString(id[:]) }

// A Key is one secret of a [Ring]. It prints as "(hidden)". All methods are safe
// for concurrent use.
type Key struct {
	id      ID
	created time.Time
	prk     []byte // HKDF-Extract of the secret
}

// NewKey returns the key of a secret of at least 32 random bytes, which is not kept. The
// error says what is wrong with it.
func NewKey(secret []byte) (*Key, error) {
	if err := checkSecret(secret); err != nil {
		return nil, fmt.Errorf("keyring: %w", err)
	}
	prk, err := hkdf.Extract(sha256.New, secret, nil)
	if err != nil {
		return nil, fmt.Errorf("keyring: derive: %w", err)
	}
	k := &Key{prk: prk}
	id, err := k.Subkey(len(k.id), "key id")
	copy(k.id[:], id)
	return k, err
}

// ID returns the key's public name.
func (k *Key) ID() ID { return k.id }

// Created returns when the key was made as its file notes it, to the second; zero
// if nothing is known of it.
func (k *Key) Created() time.Time { return k.created }

// Subkey returns size bytes, at most 8,160, that depend on the secret, the purpose and the
// context and tell nothing of each other: HKDF-SHA256 (RFC 5869) without a salt,
// whose info is "coatcheck/v1" followed by purpose and context, each after its
// length as an unsigned varint, so that no two lists run together to the same
// text. Different uses of a ring need different purposes.
func (k *Key) Subkey(size int, purpose string, context ...string) ([]byte, error) {
	info := appendText([]byte("coatcheck/v1"), purpose)
	for _, text := range context {
		info = appendText(info, text)
	}
	subkey, err := hkdf.Expand(sha256.New, k.prk, string(info), size)
	if err != nil {
		return nil, fmt.Errorf("keyring: derive: %w", err)
	}
	return subkey, nil
}

func appendText(b []byte, text string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(text))), text...)
}

func (Key) Format(f fmt.State, _ rune)   { _, _ = f.Write([]byte(hidden)) }
func (Key) LogValue() slog.Value         { return slog.StringValue(hidden) }
func (Key) MarshalText() ([]byte, error) { return []byte(hidden), nil }
