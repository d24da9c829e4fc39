package session

import "fmt"

// Get returns a copy of the value of key as a T, the zero T if there is none: as
// os.Getenv does; [Lookup] tells the difference. The error is of loading, or
// the codec's when the value is no T.
func Get[T any](s *Session, key string) (T, error) {
	value, _, err := Lookup[T](s, key)
	return value, err
}

// Lookup returns a copy of the value of key as a T, and whether there is one.
func Lookup[T any](s *Session, key string) (value T, ok bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err = s.load(); err != nil {
		return value, false, err
	}
	return lookup[T](s.m.config.Codec, &s.next, key)
}

func lookup[T any](c Codec, sn *Snapshot, key string) (value T, ok bool, err error) {
	raw, ok := sn.Values.Get(key)
	if !ok {
		return value, false, nil
	}
	if c == JSON && decodeScalar(raw, &value) {
		return value, true, nil
	}
	if value, err = decode[T](c, raw); err != nil {
		return value, false, fmt.Errorf("key %q: %w", key, err)
	}
	return value, true, nil
}

// Pop returns the value of key as a T and removes it; the zero T if there is
// none. If the value is no T it stays. Of two overlapping requests both may get
// the value: to hand something out once only, use [Update] and [Session.Save].
func Pop[T any](s *Session, key string) (T, error) {
	value, ok, err := Lookup[T](s, key)
	if err != nil || !ok {
		return value, err
	}
	return value, s.Delete(key)
}

// SetDefault returns the value of key as a T. If there is none it stores value
// and returns it, unless an overlapping request stores another first: that one is
// kept.
func SetDefault[T any](s *Session, key string, value T) (T, error) {
	old, ok, err := Lookup[T](s, key)
	if err != nil || ok {
		return old, err
	}
	raw, err := encode(s.m.config.Codec, value)
	if err != nil {
		return value, err
	}
	return value, s.change(func(sn *Snapshot) error {
		if _, ok := sn.Values.Get(key); ok {
			return nil
		}
		return s.setRaw(key, raw)(sn)
	})
}

// Update changes the value of key by fn, which gets a copy of it, the zero T if
// there is none. If fn returns an error nothing is changed, and Update returns
// that error. Other errors as Set.
//
// When another request saves the session first, fn is called again on what that
// request saved: counters and lists lose nothing. So fn may be called several
// times, also while the response is being started, and must do nothing but
// change its argument; a method of s called in it would wait for ever. An error it then
// returns fails the request.
//
// What fn has left is final once the session is saved. A handler that gives it away, such as
// a number that nobody else may get, calls [Session.Save] before it answers.
func Update[T any](s *Session, key string, fn func(value *T) error) error {
	return s.change(func(sn *Snapshot) error {
		value, _, err := lookup[T](s.m.config.Codec, sn, key)
		if err != nil {
			return err
		}
		if err := fn(&value); err != nil {
			return err
		}
		raw, err := encode(s.m.config.Codec, value)
		if err != nil {
			return err
		}
		return s.setRaw(key, raw)(sn)
	})
}
