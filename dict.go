package session

import (
	"fmt"
	"maps"
	"slices"
)

// Get returns a copy of the value of key decoded into the types of
// encoding/json, numbers as json.Number; nil if there is none. See the function
// [Get] for other types.
func (s *Session) Get(key string) (any, error) { return Get[any](s, key) }

// Set stores value under key. The value is encoded at once: what the caller does
// with it later changes nothing in the session. Errors: of loading; the codec's;
// ErrTooLarge; ErrTooLate, when the response has begun and there is no session
// yet; ErrEnded; and, when the response has begun, of saving.
func (s *Session) Set(key string, value any) error {
	raw, err := encode(s.m.config.Codec, value)
	if err != nil {
		return err
	}
	return s.change(s.setRaw(key, raw))
}

func (s *Session) setRaw(key, raw string) change {
	return func(sn *Snapshot) error {
		old, _ := sn.Values.Get(key)
		if size := sn.Values.size() - len(old) + len(key) + len(raw); size > s.m.config.MaxBytes {
			return fmt.Errorf("session: %d bytes with %q, at most %d: %w", size, key, s.m.config.MaxBytes, ErrTooLarge)
		}
		sn.Values.Set(key, raw)
		return nil
	}
}

// SetAll stores every entry of values, or none if there is an error (Python's
// update). Errors as Set.
func (s *Session) SetAll(values map[string]any) error {
	sets := make([]change, 0, len(values))
	for _, key := range slices.Sorted(maps.Keys(values)) {
		raw, err := encode(s.m.config.Codec, values[key])
		if err != nil {
			return fmt.Errorf("key %q: %w", key, err)
		}
		sets = append(sets, s.setRaw(key, raw))
	}
	return s.change(func(sn *Snapshot) error {
		before := sn.Values.clone()
		for _, set := range sets {
			if err := set(sn); err != nil {
				sn.Values = before
				return err
			}
		}
		return nil
	})
}

// Delete removes key. It is no error that it isn't there.
func (s *Session) Delete(key string) error {
	if has, err := s.Has(key); err != nil || !has {
		return err
	}
	return s.change(func(sn *Snapshot) error { sn.Values.Delete(key); return nil })
}

// Clear removes all values. Who is logged in stays logged in, unlike in Flask
// and Django, where that is a value too: see Logout and Destroy.
func (s *Session) Clear() error {
	return s.change(func(sn *Snapshot) error { sn.Values = Values{}; return nil })
}

// Has reports whether key is there.
func (s *Session) Has(key string) (has bool, err error) {
	err = s.view(func(sn *Snapshot) error { _, has = sn.Values.Get(key); return nil })
	return has, err
}

// Len returns how many keys there are.
func (s *Session) Len() (n int, err error) {
	err = s.view(func(sn *Snapshot) error { n = sn.Values.Len(); return nil })
	return n, err
}

// Keys returns the keys in the order in which they were first set.
func (s *Session) Keys() (keys []string, err error) {
	err = s.view(func(sn *Snapshot) error {
		for key := range sn.Values.All() {
			keys = append(keys, key)
		}
		return nil
	})
	return keys, err
}

// Values returns copies of the values in the order of Keys, decoded as Get does.
func (s *Session) Values() (values []any, err error) {
	err = s.view(func(sn *Snapshot) error {
		values = make([]any, 0, sn.Values.Len())
		for key, raw := range sn.Values.All() {
			value, err := decode[any](s.m.config.Codec, raw)
			if err != nil {
				return fmt.Errorf("key %q: %w", key, err)
			}
			values = append(values, value)
		}
		return nil
	})
	return values, err
}

// Items returns copies of all values by key, decoded as Get does.
func (s *Session) Items() (map[string]any, error) {
	items := map[string]any{}
	err := s.view(func(sn *Snapshot) error {
		for key, raw := range sn.Values.All() {
			value, err := decode[any](s.m.config.Codec, raw)
			if err != nil {
				return fmt.Errorf("key %q: %w", key, err)
			}
			items[key] = value
		}
		return nil
	})
	return items, err
}
