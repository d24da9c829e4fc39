package django

import (
	"errors"
	"fmt"
	"time"

	"github.com/coatcheck-go/session/compat/djangosigning"
	"github.com/coatcheck-go/session/compat/internal/pyjson"
	"github.com/coatcheck-go/session/compat/python"
)

// An entry is a key of a session's dict with its value.
type entry struct {
	key any    // a string always, but in pickles
	raw string // the value as JSON, which the Codec reads

	// The value itself, if it came as a Python value: JSON may tell less.
	value any
	typed bool
}

// python returns the value as a Python value.
func (e entry) python() (any, error) {
	if e.typed {
		return e.value, nil
	}
	return pyjson.ReadPython(e.raw)
}

// A form is how the bytes of a session are made.
type form struct {
	serializer Serializer
	signer     *djangosigning.TimestampSigner // nil: not signed
	pre31      []*djangosigning.Pre31
	legacy     bool // sign as the first of pre31
}

// read returns what stored holds, and when it was signed if it was.
func (f *form) read(stored string) (entries []entry, at time.Time, err error) {
	data := []byte(stored)
	if f.signer != nil {
		if stored == "" { // as a file is while Django makes it
			return nil, at, nil
		}
		if data, at, err = f.open(stored); err != nil {
			return nil, at, err
		}
	}
	if f.serializer == JSON {
		entries, err = readJSON(data)
		return entries, at, err
	}
	d, err := f.serializer.Loads(data)
	if err != nil {
		return nil, at, err
	}
	entries, err = entriesOf(d)
	return entries, at, err
}

// open checks the signature, of whichever age.
func (f *form) open(stored string) (data []byte, at time.Time, err error) {
	data, at, err = f.signer.Open(stored)
	if !errors.Is(err, djangosigning.ErrBadSignature) {
		return data, at, err
	}
	for _, p := range f.pre31 {
		if data, err := p.Open(stored); err == nil {
			return data, time.Time{}, nil
		}
	}
	return nil, at, err
}

func readJSON(data []byte) ([]entry, error) {
	members, err := pyjson.Members(string(data))
	if err != nil {
		return nil, fmt.Errorf("django: a session is no dict in JSON: %w", err)
	}
	entries := make([]entry, len(members))
	for i, m := range members {
		entries[i] = entry{key: m.Key, raw: m.Raw}
	}
	return entries, nil
}

func entriesOf(d *python.Dict) ([]entry, error) {
	if d == nil {
		return nil, errNoDict
	}
	entries := make([]entry, 0, d.Len())
	for key, v := range d.All() {
		raw, err := ascii.Append(nil, spelled(v))
		if err != nil {
			return nil, fmt.Errorf("django: a value of a session: %w", err)
		}
		entries = append(entries, entry{key: key, raw: string(raw), value: v, typed: true})
	}
	return entries, nil
}

// write is the reverse of read.
func (f *form) write(entries []entry, at time.Time) (string, error) {
	data, err := f.encode(entries)
	if err != nil {
		return "", err
	}
	if f.signer == nil {
		return string(data), nil
	}
	return f.seal(data, at), nil
}

func (f *form) seal(data []byte, at time.Time) string {
	if f.legacy {
		return f.pre31[0].Seal(data)
	}
	return f.signer.SealAt(data, at)
}

func (f *form) encode(entries []entry) ([]byte, error) {
	if f.serializer == JSON {
		return appendJSON(nil, entries)
	}
	d, err := dictOf(entries)
	if err != nil {
		return nil, err
	}
	return f.serializer.Dumps(d)
}

// dictOf is the reverse of entriesOf.
func dictOf(entries []entry) (*python.Dict, error) {
	d := &python.Dict{}
	for _, e := range entries {
		v, err := e.python()
		if err != nil {
			return nil, fmt.Errorf("django: a value of a session: %w", err)
		}
		d.Set(e.key, v)
	}
	return d, nil
}

func appendJSON(dst []byte, entries []entry) (_ []byte, err error) {
	dst = append(dst, '{')
	for i, e := range entries {
		if i > 0 {
			dst = append(dst, ',')
		}
		if dst, err = ascii.Append(dst, e.key); err != nil {
			return nil, fmt.Errorf("django: a key of a session: %w", err)
		}
		dst = append(append(dst, ':'), e.raw...)
	}
	return append(dst, '}'), nil
}
