// Package keyring keeps the secrets that seal and sign what visitors carry, and
// makes changing them easy.
//
//	ring, err := keyring.File("/etc/shop/session.keys") // made by: coatcheck keys new
//	if err != nil {
//		return err
//	}
//	engine, err := sealed.New(ring, sealed.Options{})
//
// The first secret of a ring seals, all of them open. To change the secret, put a
// fresh one in front of the others: nobody is signed out, and what visitors carry is
// sealed anew as they come back. To revoke a secret, remove it: what it sealed is
// worth nothing from then on. A running program takes the change by [Ring.Reload],
// on SIGHUP for instance:
//
//	for range hangups {
//		if err := ring.Reload(); err != nil {
//			slog.Error("keys are as before", "err", err)
//		}
//	}
//
// Each secret is known by an [ID] that is derived from it and may be shown. What
// was sealed names the ID of its secret, so exactly one is tried.
//
// # Secrets
//
// A secret is at least 32 bytes from a random generator; [Generate] makes one. As
// text it is hex, or base64 of either alphabet, with or without "coatkey1_" in front, by
// which a secret scanner finds one that leaked: coatkey1_[A-Za-z0-9_-]{43}.
//
// What is clearly not random is refused: fewer than 16 different bytes, fewer than 16
// different steps from one byte to the next, or nothing but printable ASCII (a
// pass phrase, or a secret that wasn't decoded). Of 32 random bytes, less than one in
// 2^45 is refused by this.
//
// # Key files
//
// One secret a line, the first seals; the time when it was made may follow:
//
//	# Coatcheck's keys.
//	coatkey1_9ULTGqmTF_3MOEjhX8yfFO5vY4eS3hU6mMrEbJYJNYk 2026-11-22T04:15:54Z
//	coatkey1_Zk3oXb0GfYpXhXZoVb8jWqD0NQ5Xv7m1nB6gC2cQ9sE
//
// Empty lines and lines that begin with # count for nothing. The file must be the
// owner's alone (mode 0600 or less); Windows has no such modes, there it isn't checked.
package keyring
