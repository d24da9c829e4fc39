package django

import (
	"errors"
	"fmt"
	"slices"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/compat/internal/pyjson"
)

// compose returns the entries to be stored of s: what was there before, in its order,
// and then what is new.
func (e *Engine) compose(before *state, s *session.Snapshot, x expiry, userHash string) ([]entry, error) {
	wanted, err := e.wanted(before, s, x, userHash)
	if err != nil {
		return nil, err
	}
	next := make([]entry, 0, len(wanted))
	for _, was := range before.entries {
		p, _ := placeOf(was.key)
		i := slices.IndexFunc(wanted, func(w entry) bool { return w.key == was.key })
		switch {
		case i >= 0:
			next = append(next, wanted[i])
			wanted = slices.Delete(wanted, i, i+1)
		case p == isHidden && s.Values.Len() > 0 && !e.another(before, s):
			next = append(next, was) // else Clear has removed it with the rest
		}
	}
	return append(next, wanted...), nil
}

// wanted returns the entries that s asks for.
func (e *Engine) wanted(before *state, s *session.Snapshot, x expiry, userHash string) (all []entry, err error) {
	for name, raw := range s.Values.All() {
		v, keep, err := e.valueEntry(before, s, name, raw)
		if err != nil {
			return nil, err
		}
		if keep {
			all = append(all, v)
		}
	}
	expiry, err := e.expiryEntries(before, x)
	return append(append(all, e.authEntries(before, s, userHash)...), expiry...), err
}

// valueEntry is that of a value. keep is false if it belongs to somebody else.
func (e *Engine) valueEntry(before *state, s *session.Snapshot, name, raw string) (v entry, keep bool, err error) {
	p, _ := placeOf(name)
	key := name
	switch {
	case name == flashesKey:
		key = messagesKey
	case p == isSpecial || name == messagesKey:
		return v, false, errSpecial
	}
	if was, ok := before.entry(key); ok && was.raw == raw {
		return was, !e.another(before, s), nil // its JSON may tell less
	}
	if _, err := pyjson.ReadPython(raw); err != nil {
		return v, false, fmt.Errorf("a value isn't the JSON that django.Codec writes, use Engine.Config: %w", errors.ErrUnsupported)
	}
	return entry{key: key, raw: raw}, true, nil
}

var errSpecial = fmt.Errorf("who is signed in is set by Login, the expiry by ExpireAfter and the like, and messages by AddFlash, not as a value: %w", errors.ErrUnsupported)

// another reports whether the session was somebody else's, though nobody was signed in
// as far as this program knew: of a user that isn't active, for instance. Django
// flushes it at a login.
func (e *Engine) another(before *state, s *session.Snapshot) bool {
	was := before.text(userKey)
	return s.Subject != "" && was != "" && was != s.Subject
}

// authEntries are the three of the one signed in. If it couldn't be said who that is,
// they stay as they were.
func (e *Engine) authEntries(before *state, s *session.Snapshot, userHash string) (all []entry) {
	backend := before.text(backendKey)
	if s.Subject == "" || backend == "" || before.text(userKey) != s.Subject {
		backend = e.o.AuthBackends[0]
	}
	values := map[string]string{userKey: s.Subject, backendKey: backend, hashKey: userHash}
	for _, key := range []string{userKey, backendKey, hashKey} {
		was, ok := before.entry(key)
		switch {
		case s.Subject == "" && ok || s.Subject != "" && before.text(key) == values[key]:
			all = append(all, was)
		case s.Subject != "":
			all = append(all, textEntry(key, values[key]))
		}
	}
	return all
}

func textEntry(key, text string) entry {
	raw, _ := ascii.Append(nil, text) // it is UTF-8
	return entry{key: key, raw: string(raw)}
}

// expiryEntries is one or none. It is left as it was if it says the same.
func (e *Engine) expiryEntries(before *state, x expiry) ([]entry, error) {
	if was, ok := before.entry(expiryKey); ok && x.equal(before.expiry) {
		return []entry{was}, nil
	}
	raw := e.o.writeExpiry(x)
	if raw == "" {
		return nil, nil
	}
	next := entry{key: expiryKey, raw: raw}
	if e.o.Django3 && !x.until.IsZero() {
		if _, pickled := e.form.serializer.(Pickle); !pickled {
			return nil, fmt.Errorf("a Django before 4.1 can't read a time in _session_expiry, use ExpireAfter: %w", errors.ErrUnsupported)
		}
		next.value, next.typed = e.o.datetime(x.until), true
	}
	return []entry{next}, nil
}
