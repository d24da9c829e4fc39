package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/compat/djangosigning"
)

// A question is one operation of a SessionStore object in Python.
type question struct {
	Visit    int             `json:"visit"`    // which object
	Gone     []int           `json:"gone"`     // objects that are no more
	Settings json.RawMessage `json:"settings"` // what they are now: a test may change them at any time
	Key      string          `json:"key"`      // its session_key now, "" for None
	Op       string          `json:"op"`
	Args     args            `json:"args"`
}

// args are those of all operations. A value is the text of its JSON as Python writes it,
// which says more than a Go value would: 1.0 is no 1, and there is NaN.
type args struct {
	Name         string      `json:"name"`
	Value        string      `json:"value"`
	Pairs        [][2]string `json:"pairs"` // names and values
	Key          string      `json:"key"`   // another session_key
	MustCreate   bool        `json:"must_create"`
	Modification string      `json:"modification"` // a time in ISO form
}

// An answer says how the operation went, and what Python sees of the object.
type answer struct {
	Key     string `json:"key"`    // its session_key
	Loaded  bool   `json:"loaded"` // it has read its session, Django's _session_cache
	Result  any    `json:"result"`
	Error   string `json:"error,omitempty"` // the kind: see kinds
	Message string `json:"message,omitempty"`
}

// A desk knows all objects and all places of sessions.
type desk struct {
	visits map[int]*visit
	places map[string]*place // by the settings
	links  *links
}

func newDesk() *desk { return &desk{map[int]*visit{}, map[string]*place{}, newLinks()} }

func (d *desk) close() { d.links.close() }

func (d *desk) answer(ctx context.Context, q question) answer {
	for _, id := range q.Gone {
		delete(d.visits, id)
	}
	v := d.visits[q.Visit]
	if v == nil {
		v = &visit{key: q.Key}
		d.visits[q.Visit] = v
	}
	result, err := d.do(ctx, v, q)
	a := answer{Key: v.key, Loaded: v.session != nil, Result: result}
	if err != nil {
		a.Error, a.Message = kindOf(err), err.Error()
	}
	return a
}

func (d *desk) do(ctx context.Context, v *visit, q question) (any, error) {
	op, ok := ops[q.Op]
	if !ok {
		return nil, fmt.Errorf("there is no operation %q", q.Op)
	}
	p, err := d.place(q.Settings)
	if err == nil {
		err = v.meet(ctx, p, q.Key)
	}
	if err != nil {
		return nil, err
	}
	return op(ctx, v, q.Args)
}

// place returns where the sessions of these settings are.
func (d *desk) place(text json.RawMessage) (*place, error) {
	if p, ok := d.places[string(text)]; ok {
		return p, nil
	}
	var s settings
	if err := json.Unmarshal(text, &s); err != nil {
		return nil, fmt.Errorf("%w: %w", errSettings, err)
	}
	p, err := d.links.open(s)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errSettings, err)
	}
	d.places[string(text)] = p
	return p, nil
}

var errSettings = errors.New("these settings can't be honoured")

// kinds are the errors that Python tells apart, in order.
var kinds = []struct {
	err  error
	kind string
}{
	{errSettings, "ImproperlyConfigured"},
	{errCreate, "CreateError"},
	{errUpdate, "UpdateError"},
	{session.ErrEnded, "UpdateError"},
	{session.ErrMalformed, "InvalidSessionKey"},
	{djangosigning.ErrBadSignature, "BadSignature"},
	{errors.ErrUnsupported, "NotImplementedError"},
	{session.ErrUnavailable, "ConnectionError"},
}

func kindOf(err error) string {
	for _, k := range kinds {
		if errors.Is(err, k.err) {
			return k.kind
		}
	}
	return "ValueError"
}
