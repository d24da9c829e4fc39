package django

import (
	"context"
	"crypto/sha1" //nolint:gosec // Django's until 3.1
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/compat/internal/mac"
)

// hashSalt is that of AbstractBaseUser.get_session_auth_hash.
const hashSalt = "django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash"

// A hasher makes _auth_user_hash of a user's encoded password: by that a session ends
// when the password changes. The hash of its first key is the one to be written.
type hasher struct{ keys []*mac.Key }

func (o Options) hasher() (h hasher, err error) {
	digest := o.digest()
	for _, secret := range o.SecretKeys {
		k, err := mac.New(digest, func() []byte { return mac.Hash(digest, hashSalt, secret) })
		if err != nil {
			return h, fmt.Errorf("django: %w", err)
		}
		h.keys = append(h.keys, k)
	}
	if o.SHA1 != ReadSHA1 {
		return h, nil
	}
	k, err := mac.New(sha1.New, func() []byte { return mac.Hash(sha1.New, hashSalt, o.SecretKeys[0]) })
	if err != nil {
		return h, fmt.Errorf("django: %w", err)
	}
	h.keys = append(h.keys, k)
	return h, nil
}

// hash returns the hash under the first key.
func (h hasher) hash(encoded string) string { return hashBy(h.keys[0], encoded) }

func hashBy(k *mac.Key, encoded string) string {
	return hex.EncodeToString(mac.Append(k, nil, encoded))
}

// verify reports whether hash is one of encoded, by any of the keys.
func (h hasher) verify(encoded, hash string) bool {
	ok := 0
	for _, k := range h.keys {
		ok |= subtle.ConstantTimeCompare([]byte(hashBy(k, encoded)), []byte(hash))
	}
	return ok == 1
}

var errNoUser = errors.New("Options.UserPassword doesn't know who signs in")

// errSignedOut: a session was somebody's, and its hash doesn't hold any more.
var errSignedOut = fmt.Errorf("django: the user's password has changed since: %w", session.ErrNotFound)

// identify finds out who is signed in, as Django's get_user does: nobody if the way of
// signing in or the user isn't known, and errSignedOut if the hash doesn't hold.
func (e *Engine) identify(ctx context.Context, st *state, s *session.Snapshot) error {
	id, hash := st.text(userKey), st.text(hashKey)
	if e.o.UserPassword == nil || !isSubject(id) || !slices.Contains(e.o.AuthBackends, st.text(backendKey)) {
		return nil
	}
	encoded, err := e.password(ctx, id)
	switch {
	case errors.Is(err, session.ErrNotFound):
		return nil
	case err != nil:
		return err
	case !e.hasher.verify(encoded, hash):
		return errSignedOut
	}
	s.Subject, st.userHash = id, e.hasher.hash(encoded)
	s.Renew = st.userHash != hash && e.o.SHA1 == NoSHA1 // Django with SHA-1 leaves it
	return nil
}

// password returns the encoded password of a user. An empty one is no password of Django's:
// the user is taken for unknown.
func (e *Engine) password(ctx context.Context, id string) (encoded string, err error) {
	encoded, err = e.o.UserPassword(ctx, id)
	switch {
	case err != nil:
		return "", fmt.Errorf("Options.UserPassword: %w", err)
	case encoded == "":
		return "", session.ErrNotFound
	}
	return encoded, nil
}

// isSubject reports whether a Session can have id as its subject.
func isSubject(id string) bool {
	return id != "" && len(id) <= 255 && utf8.ValidString(id) && !strings.ContainsRune(id, 0)
}

// hashOf returns what _auth_user_hash is to be for the one signed in in s.
func (e *Engine) hashOf(ctx context.Context, before *state, old, s *session.Snapshot) (string, error) {
	switch {
	case s.Subject == "":
		return "", nil
	case s.Subject == old.Subject && s.ID == old.ID:
		return before.userHash, nil
	case e.o.UserPassword == nil:
		return "", fmt.Errorf("Options.UserPassword is needed to sign in: %w", errors.ErrUnsupported)
	}
	encoded, err := e.password(ctx, s.Subject)
	switch {
	case errors.Is(err, session.ErrNotFound):
		return "", errNoUser // not the session is missing
	case err != nil:
		return "", err
	}
	return e.hasher.hash(encoded), nil
}
