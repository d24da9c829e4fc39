package django

import (
	"errors"
	"net/http"

	"github.com/coatcheck-go/session"
)

// Interrupted is a Config.ErrorHandler that answers as Django's SessionInterrupted: with
// status 400 if the session was ended while its request was under way. Other errors go to
// next; nil is a plain text with the status of session.StatusCode.
func Interrupted(next func(w http.ResponseWriter, r *http.Request, err error)) func(w http.ResponseWriter, r *http.Request, err error) {
	return func(w http.ResponseWriter, r *http.Request, err error) {
		status := session.StatusCode(err)
		switch {
		case errors.Is(err, session.ErrEnded):
			status = http.StatusBadRequest
		case next != nil:
			next(w, r, err)
			return
		}
		http.Error(w, http.StatusText(status), status)
	}
}
