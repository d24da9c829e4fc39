package django

import (
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/compat/internal/pyjson"
)

// Django's own keys in a session.
const (
	userKey    = "_auth_user_id"
	backendKey = "_auth_user_backend"
	hashKey    = "_auth_user_hash"
	expiryKey  = "_session_expiry"
	csrfKey    = "_csrftoken"

	// The messages of session storage, and where a Session has its own.
	messagesKey = "_messages"
	flashesKey  = "_flashes"
)

// A state is what the backend holds of a session. It isn't changed once it is made, for
// copies of a Snapshot share it.
type state struct {
	stored  string // its bytes; empty: nothing is there
	at      time.Time
	entries []entry
	expiry  expiry

	userHash string // what _auth_user_hash is to be, "" if nobody is signed in
}

// raw returns the JSON of a key's value, "" without one.
func (st *state) raw(key string) string {
	if e, ok := st.entry(key); ok {
		return e.raw
	}
	return ""
}

func (st *state) entry(key any) (entry, bool) {
	for _, e := range st.entries {
		if e.key == key {
			return e, true
		}
	}
	return entry{}, false
}

// text returns a value that is text, "" for any other.
func (st *state) text(key string) (text string) {
	raw := st.raw(key)
	if raw == "" || raw[0] != '"' || pyjson.Read([]byte(raw), &text) != nil {
		return ""
	}
	return text
}

// A place is where a key of Django's dict is in a Snapshot.
type place byte

const (
	isValue   place = iota
	isSpecial       // in a field of its own: who is signed in, and the expiry
	isHidden        // nowhere; it is kept as it is
)

func placeOf(key any) (p place, name string) {
	name, ok := key.(string)
	switch {
	case !ok || name == flashesKey:
		return isHidden, ""
	case name == userKey || name == backendKey || name == hashKey || name == expiryKey:
		return isSpecial, name
	case name == messagesKey:
		return isValue, flashesKey
	}
	return isValue, name
}

// fill puts the values of st into s.
func (st *state) fill(s *session.Snapshot) {
	for _, e := range st.entries {
		if p, name := placeOf(e.key); p == isValue {
			s.Values.Set(name, e.raw)
		}
	}
}
