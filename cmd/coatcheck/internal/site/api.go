package site

import (
	"encoding/json"
	"errors"
	"io"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/coatcheck-go/session"
)

const (
	maxBody = 1 << 20 // more than a session may hold
	maxKey  = 255     // bytes
)

func (s *site) api() *http.ServeMux {
	mux := http.NewServeMux()
	for pattern, h := range map[string]handler{
		"GET /api/session":                 s.apiSession,
		"PUT /api/session/values/{key}":    s.apiPut,
		"DELETE /api/session/values/{key}": s.apiDelete,
		"POST /api/session/incr/{key}":     s.apiIncr,
		"POST /api/session/rotate":         s.apiRotate,
		"POST /api/login":                  s.apiLogin,
		"POST /api/logout":                 s.apiLogout,
		"GET /api/devices":                 s.apiDevices,
		"DELETE /api/devices/{handle}":     s.apiDeviceEnd,
		"POST /api/devices/end-others":     s.apiEndOthers,
	} {
		mux.Handle(pattern, s.handle(held(h)))
	}
	return mux
}

// A sessionState is the answer of GET /api/session.
type sessionState struct {
	Authenticated bool           `json:"authenticated"`
	Username      *string        `json:"username"` // null: nobody
	Values        map[string]any `json:"values"`
	Created       *time.Time     `json:"created"` // null: there is no session
	Expires       *time.Time     `json:"expires"`
	Store         string         `json:"store"`
}

func (s *site) apiSession(w http.ResponseWriter, r *http.Request) error {
	state, err := s.state(r)
	if err != nil {
		return err
	}
	return writeJSON(w, state)
}

func (s *site) state(r *http.Request) (state sessionState, err error) {
	state.Store = s.StoreKind
	sess := session.From(r)
	subject, name, err := s.user(r)
	if err != nil {
		return state, err
	}
	if subject != "" {
		state.Authenticated, state.Username = true, &name
	}
	if state.Values, err = s.values(sess, subject); err != nil {
		return state, err
	}
	if isNew, err := sess.IsNew(); isNew || err != nil {
		return state, err
	}
	created, err := sess.Created()
	if err != nil {
		return state, err
	}
	expires, err := sess.ExpiryDate()
	created, expires = created.UTC(), expires.UTC()
	state.Created, state.Expires = &created, &expires
	return state, err
}

// values are what /api/session shows: every key, where another framework knows them
// all.
func (s *site) values(sess *session.Session, subject string) (map[string]any, error) {
	if s.Framework.SubjectKey == "" {
		return applicationValues(sess)
	}
	values, err := sess.Items()
	if subject != "" && err == nil {
		values[s.Framework.SubjectKey] = subject
	}
	return values, err
}

// applicationValues are all values but those that the library keeps for itself.
// Numbers keep their text: 1.0 stays 1.0.
func applicationValues(sess *session.Session) (map[string]any, error) {
	values, err := sess.Items()
	for key := range values {
		if reserved(key) {
			delete(values, key)
		}
	}
	return values, err
}

// reserved tells whether a key is the library's own, as flash messages are.
func reserved(key string) bool { return strings.HasPrefix(key, "_") }

// valueKey is the key in the address.
func (s *site) valueKey(r *http.Request) (string, error) {
	key := r.PathValue("key")
	switch {
	case reserved(key):
		return "", &httpError{http.StatusBadRequest, "Keys that begin with _ are not for applications."}
	case key == s.Framework.SubjectKey && key != "":
		return "", &httpError{http.StatusBadRequest, "This key says who is signed in: only signing in sets it."}
	case len(key) > maxKey || !utf8.ValidString(key):
		return "", &httpError{http.StatusBadRequest, "A key is up to 255 bytes of UTF-8."}
	}
	return key, nil
}

func (s *site) apiPut(w http.ResponseWriter, r *http.Request) error {
	key, err := s.valueKey(r)
	if err != nil {
		return err
	}
	var value any
	if err := readJSON(w, r, &value); err != nil {
		return err
	}
	if err := session.From(r).Set(key, value); err != nil {
		return err
	}
	return noContent(w)
}

func (s *site) apiDelete(w http.ResponseWriter, r *http.Request) error {
	key, err := s.valueKey(r)
	if err != nil {
		return err
	}
	if err := session.From(r).Delete(key); err != nil {
		return err
	}
	return noContent(w)
}

// An integer is a JSON number without fraction or exponent, within 64 bits.
type integer int64

var (
	errNotInteger = &httpError{http.StatusConflict, "The value is not an integer of 64 bits, so it can't be counted up."}
	errTooBig     = &httpError{http.StatusConflict, "The value is the largest integer of 64 bits: it can't be counted up."}
)

func (n *integer) UnmarshalJSON(text []byte) error {
	v, err := strconv.ParseInt(string(text), 10, 64)
	if err != nil {
		return errNotInteger
	}
	*n = integer(v)
	return nil
}

// apiIncr answers the number that it made, exact however many requests count at the same
// time: Update makes the change again if another one was saved first, and
// Save is called before the answer is written, so that the last count is known.
func (s *site) apiIncr(w http.ResponseWriter, r *http.Request) error {
	key, err := s.valueKey(r)
	if err != nil {
		return err
	}
	sess := session.From(r)
	var made integer
	err = session.Update(sess, key, func(n *integer) error {
		if *n == math.MaxInt64 {
			return errTooBig
		}
		*n++
		made = *n
		return nil
	})
	if err != nil {
		return err
	}
	if err := sess.Save(); err != nil {
		return err
	}
	return writeJSON(w, map[string]integer{"value": made})
}

func (s *site) apiRotate(w http.ResponseWriter, r *http.Request) error {
	if err := session.From(r).Rotate(); err != nil {
		return err
	}
	return noContent(w)
}

func (s *site) apiLogin(w http.ResponseWriter, r *http.Request) error {
	var given struct{ Username, Password string }
	if err := readJSON(w, r, &given); err != nil {
		return err
	}
	user, err := s.Accounts.Check(r.Context(), given.Username, given.Password)
	switch {
	case errors.Is(err, ErrWrongPassword):
		return &httpError{http.StatusUnauthorized, err.Error()}
	case err != nil:
		return err
	}
	if err := s.signIn(w, r, user, false); err != nil {
		return err
	}
	return noContent(w)
}

func (s *site) apiLogout(w http.ResponseWriter, r *http.Request) error {
	if err := session.From(r).Logout(); err != nil {
		return err
	}
	return noContent(w)
}

func writeJSON(w http.ResponseWriter, v any) error {
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(v)
}

func noContent(w http.ResponseWriter) error {
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// readJSON reads the body as one JSON value.
func readJSON(w http.ResponseWriter, r *http.Request, v any) error {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
			return err
		}
		return &httpError{http.StatusBadRequest, "The body could not be read to its end."}
	}
	if err := session.JSON.Unmarshal(body, v); err != nil {
		return &httpError{http.StatusBadRequest, "The body is not the JSON that belongs here."}
	}
	return nil
}
