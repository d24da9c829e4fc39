package flasksession

import (
	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/compat/python"
)

// A state is what the store holds of a session. It isn't changed once it is made, for
// copies of a Snapshot share it.
type state struct {
	stored string            // its bytes; empty: nothing is there
	dict   *python.Dict      // what they say
	raw    map[string]string // what the Snapshot got for the value of each key
}

// read makes a state of what is stored.
func read(stored string) (*state, error) {
	d, err := decode([]byte(stored))
	if err != nil {
		return nil, err
	}
	st := &state{stored: stored, dict: d, raw: make(map[string]string, d.Len())}
	for key, v := range d.All() {
		name, ok := key.(string)
		if !ok {
			continue // only Flask can see it
		}
		if st.raw[name], err = rawOf(v); err != nil {
			return nil, err
		}
	}
	return st, nil
}

// empty is Flask-Session's own sense of it.
func (st *state) empty() bool {
	_, ok := st.dict.Get(permanentKey)
	return st.dict.Len() == 0 || ok && st.dict.Len() == 1
}

// sort puts what is stored to its places in s. It reports whether there is nothing.
func (e *Engine) sort(st *state, s *session.Snapshot) (empty bool) {
	for key, v := range st.dict.All() {
		name, ok := key.(string)
		if ok && !e.special(name, v, s) {
			s.Values.Set(name, st.raw[name])
		}
	}
	return st.empty()
}

// special takes what is no value of the session.
func (e *Engine) special(name string, v any, s *session.Snapshot) bool {
	switch name {
	case permanentKey:
		permanent, ok := v.(bool)
		s.Persistent = permanent
		return ok
	case e.o.SubjectKey:
		s.Subject = e.o.readSubject(v)
		return s.Subject != ""
	}
	return false
}
