package site

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/coatcheck-go/session"
)

// An httpError is an answer that isn't the session's doing.
type httpError struct {
	status int
	detail string // for people; empty: the status' own explanation
}

func (e *httpError) Error() string {
	if e.detail == "" {
		return http.StatusText(e.status)
	}
	return e.detail
}

// fail answers a request that can't be served as asked: a page for people, and
// under /api a problem as of RFC 9457. It is also the Manager's ErrorHandler, so it
// must not make use of the session.
func (s *site) fail(w http.ResponseWriter, r *http.Request, err error) {
	status, detail := describe(err)
	if status == http.StatusNotImplemented && s.NoList != "" {
		detail = s.NoList
	}
	switch status {
	case http.StatusServiceUnavailable:
		w.Header().Set("Retry-After", "5")
	case http.StatusUnauthorized:
		w.Header().Set("WWW-Authenticate", `Session realm="coatcheck"`)
	case http.StatusInternalServerError:
		s.log.ErrorContext(r.Context(), "request failed", "path", r.URL.Path, "error", err)
	}
	if strings.HasPrefix(r.URL.Path, "/api/") {
		writeProblem(w, status, detail)
		return
	}
	s.renderError(w, r, status, detail)
}

// describe says what err means to the visitor.
func describe(err error) (status int, detail string) {
	if e := (*httpError)(nil); errors.As(err, &e) {
		if e.detail != "" {
			return e.status, e.detail
		}
		return e.status, details[e.status]
	}
	if e := (*http.MaxBytesError)(nil); errors.As(err, &e) {
		return http.StatusRequestEntityTooLarge, details[http.StatusRequestEntityTooLarge]
	}
	if wrongType(err) {
		return http.StatusConflict, "A value of this session has another form than this page expects: " +
			"it was set through the API. Delete it there, or sign out."
	}
	status = session.StatusCode(err)
	return status, details[status]
}

// wrongType reports whether a value could not be decoded as what a handler asked
// for. In this site anybody can set anything in their own session.
func wrongType(err error) bool {
	var syntax *json.SyntaxError
	var other *json.UnmarshalTypeError
	return errors.As(err, &syntax) || errors.As(err, &other)
}

// details explain a status, unless the error has an explanation of its own.
var details = map[int]string{
	http.StatusForbidden: "The form was too old, or came from another site. Nothing was changed. " +
		"Go back, reload the page and try again; cookies must be allowed.",
	http.StatusNotFound:              "There is nothing at this address.",
	http.StatusMethodNotAllowed:      "This address doesn't take that method.",
	http.StatusConflict:              "The session was ended elsewhere while this request was under way, so nothing was saved.",
	http.StatusRequestEntityTooLarge: "That is more than a session may hold. Nothing was changed.",
	http.StatusNotImplemented:        "Sessions in this store can't do that.",
	http.StatusTooManyRequests:       "There are as many sessions of this user as are allowed. Sign out on another device first.",
	http.StatusInternalServerError:   "Something went wrong here. It was noted.",
	http.StatusServiceUnavailable: "The store of the sessions doesn't answer, so it isn't known who you are. " +
		"Nothing is lost; try again in a moment.",
}

// A problem is the body of RFC 9457.
type problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail,omitempty"`
}

func writeProblem(w http.ResponseWriter, status int, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(problem{"about:blank", http.StatusText(status), status, detail})
}
