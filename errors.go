package session

import (
	"errors"
	"net/http"
)

// The sentinels a [Store] returns. They are always wrapped; test with [errors.Is].
var (
	// ErrNotFound: there is no live record. Absent and expired look the same.
	ErrNotFound = errors.New("no live session")

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

	// ErrForbidden: the request comes from another site, or carries a wrong
	// CSRF token.
	ErrForbidden = errors.New("cross-site request refused")
)

// StatusCode returns the HTTP status that fits an error of this package:
// 403 for [ErrForbidden], 409 for [ErrEnded], [ErrConflict] and [ErrTooLate],
// 413 for [ErrTooLarge], 429 for [ErrLimit], and 503 for anything else, since
// that is a store that could not be reached (fail closed: a visitor whose
// session can't be read is not anonymous).
func StatusCode(err error) int {
	switch {
	case errors.Is(err, ErrForbidden):
		return http.StatusForbidden
	case errors.Is(err, ErrEnded), errors.Is(err, ErrConflict), errors.Is(err, ErrTooLate):
		return http.StatusConflict
	case errors.Is(err, ErrTooLarge):
		return http.StatusRequestEntityTooLarge
	case errors.Is(err, ErrLimit):
		return http.StatusTooManyRequests
	case errors.Is(err, errInsecure):
		return http.StatusInternalServerError
	}
	return http.StatusServiceUnavailable
}
