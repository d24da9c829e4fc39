package django

import (
	"context"
	"fmt"

	"github.com/coatcheck-go/session/compat/python"
)

// Decoded returns the dict that is stored under a session key, or without a Backend that of
// a cookie's value: Django's Session.objects.get(pk=key).get_decoded(). It is for tools
// that look: Django's own keys are in it, nobody's password is compared, and nothing is
// ended. A Manager opens sessions to work with.
//
// Errors: session.ErrNotFound if there is none, session.ErrMalformed if key isn't of the form
// of keys, session.ErrBroken if what is stored can't be read or isn't signed by
// SecretKeys, and the Backend's own. They tell neither key nor data.
func (e *Engine) Decoded(ctx context.Context, key string) (*python.Dict, error) {
	stored, err := e.stored(ctx, key)
	if err != nil {
		return nil, fmt.Errorf("django: decoded: %w", err)
	}
	st, err := e.read(stored)
	if err != nil {
		return nil, fmt.Errorf("django: decoded: %w", err)
	}
	return dictOf(st.entries)
}

// stored returns what is kept of a session.
func (e *Engine) stored(ctx context.Context, key string) (string, error) {
	switch {
	case e.ClientSide():
		return key, nil
	case !isKey(key):
		return "", errMalformed
	}
	return e.o.Backend.Get(ctx, key)
}
