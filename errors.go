package session

import (
	"errors"
	"fmt"
	"net/http"
)

// The sentinels a [Store] returns. They are always wrapped; test with [errors.Is].
var (
	// ErrNotFound: there is no live record. Absent and expired look the same.
	ErrNotFound = errors.New("no live session")

	// ErrMalformed is an ErrNotFound: a token is not of the form that the [Engine]
	// gives out, or isn't authentic, so that no session can have it.
	ErrMalformed = fmt.Errorf("token is malformed: %w", ErrNotFound)

	// ErrConflict: the record is not the one the caller read (Update, Touch,
	// Replace), or there is one already (Create).
	ErrConflict = errors.New("session changed meanwhile")

	// ErrBroken: there is a record, and it can't be read: damaged, or written
	// by a newer version. Its bytes are left as they are.
	ErrBroken = errors.New("session record unreadable")
)

// The sentinels a [Session] returns besides those of its store.
var (
	// ErrEnded: the session was ended elsewhere after this request had read
	// it, by a logout or a login for instance. Nothing of this request's
	// changes was saved.
	ErrEnded = errors.New("session was ended elsewhere")

	// ErrTooLate: the change needs a response header (a new cookie), and the
	// headers have left already. Nothing was changed.
	ErrTooLate = errors.New("response headers have been sent")

	// ErrTooLarge: the session's data would pass Config.MaxBytes. Nothing was
	// changed.
	ErrTooLarge = errors.New("session too large")

	// ErrLimit: the subject has as many sessions as Config.MaxPerSubject
	// allows, and Config.AtLimit is RefuseNew.
	ErrLimit = errors.New("too many sessions")

	// ErrUnavailable: the store failed. Whether a save was done is unknown.
	ErrUnavailable = errors.New("session store failed")

	// ErrLastKnown comes with a record: the store is down, and this is how the
	// record last was. Only for a context for which WantsLastKnown is true.
	ErrLastKnown = errors.New("last known state")

	// ErrForbidden: the request comes from another site, or carries a wrong
	// CSRF token.
	ErrForbidden = errors.New("cross-site request refused")
)

// StatusCode returns the HTTP status that fits an error of this package: 503 for
// [ErrUnavailable] (a visitor whose session can't be read is not anonymous), 403
// for [ErrForbidden], 404 for [ErrNotFound], 409 for [ErrEnded], [ErrConflict]
// and [ErrTooLate], 413 for [ErrTooLarge], 429 for [ErrLimit], 501 for
// errors.ErrUnsupported, and 500 for anything else.
func StatusCode(err error) int {
	for _, known := range statusCodes {
		if errors.Is(err, known.err) {
			return known.status
		}
	}
	return http.StatusInternalServerError
}

// statusCodes are in order: an error may be several of these.
var statusCodes = []struct {
	err    error
	status int
}{
	{ErrUnavailable, http.StatusServiceUnavailable},
	{ErrForbidden, http.StatusForbidden},
	{ErrEnded, http.StatusConflict},
	{ErrTooLate, http.StatusConflict},
	{ErrTooLarge, http.StatusRequestEntityTooLarge},
	{ErrLimit, http.StatusTooManyRequests},
	{ErrConflict, http.StatusConflict},
	{ErrNotFound, http.StatusNotFound},
	{errors.ErrUnsupported, http.StatusNotImplemented},
}

// wrap says what could not be done. An error that none of our sentinels names is
// the store's failure.
func wrap(verb string, err error) error {
	switch {
	case err == nil:
		return nil
	case StatusCode(err) != http.StatusInternalServerError, errors.Is(err, ErrBroken):
		return fmt.Errorf("session: %s: %w", verb, err)
	}
	return fmt.Errorf("session: %s: %w: %w", verb, ErrUnavailable, err)
}
