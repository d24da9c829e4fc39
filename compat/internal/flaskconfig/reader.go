// Package flaskconfig takes from a Flask configuration, called as in app.config, what
// Flask's own sessions and those of Flask-Session have in common.
package flaskconfig

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// A Reader takes settings by their types and notes what is wrong. A setting that isn't
// there, or nil, has its default. No error tells a value: it may be a key in the wrong
// place.
type Reader struct {
	who      string
	settings map[string]any
	known    map[string]bool // what was read, or may be passed over
	errs     []error
}

// Read returns a Reader of settings. Its errors begin with who, the name of a package.
func Read(who string, settings map[string]any) *Reader {
	return &Reader{who: who, settings: settings, known: map[string]bool{}}
}

// Value returns a setting as it is.
func (r *Reader) Value(name string) any {
	r.known[name] = true
	return r.settings[name]
}

// Ignore takes names for settings that don't matter.
func (r *Reader) Ignore(names ...string) {
	for _, name := range names {
		r.known[name] = true
	}
}

// Rest notes why for each setting of sessions that was neither read nor ignored.
func (r *Reader) Rest(why string) {
	for _, name := range slices.Sorted(maps.Keys(r.settings)) {
		if strings.HasPrefix(name, "SESSION_") && !r.known[name] {
			r.Fail(name, why)
		}
	}
}

// Fail notes that a setting can't be honoured.
func (r *Reader) Fail(name, why string) {
	r.errs = append(r.errs, fmt.Errorf("%s: %s: %s", r.who, name, why))
}

// Err returns all that was noted, nil if nothing was.
func (r *Reader) Err() error { return errors.Join(r.errs...) }

// Text returns "" by default.
func (r *Reader) Text(name string) string {
	switch v := r.Value(name).(type) {
	case nil:
	case string:
		return v
	default:
		r.Fail(name, fmt.Sprintf("must be text, not %T", v))
	}
	return ""
}

// Bool returns preset by default.
func (r *Reader) Bool(name string, preset bool) bool {
	switch v := r.Value(name).(type) {
	case nil:
	case bool:
		return v
	default:
		r.Fail(name, fmt.Sprintf("must be true or false, not %T", v))
	}
	return preset
}

// Int returns preset by default, and what is from least to most.
func (r *Reader) Int(name string, preset, least, most int) int {
	v := r.Value(name)
	if v == nil {
		return preset
	}
	n, err := strconv.Atoi(fmt.Sprint(v)) // any type of integers, a json.Number too
	if err != nil || n < least || n > most {
		r.Fail(name, fmt.Sprintf("must be an integer from %d to %d", least, most))
		return preset
	}
	return n
}
