package flask

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/compat/internal/pyjson"
)

// A Codec writes one value of a session as Flask's TaggedJSONSerializer does
// (flask/json/tag.py), and reads it:
//
//	Python     JSON                                     Go
//	tuple      {" t":[...]}                             python.Tuple
//	bytes      {" b":"AP8="}                            []byte
//	Markup     {" m":"<b>"}                             python.Markup, also template.HTML
//	UUID       {" u":"12345678123456781234567812345678"} python.UUID
//	datetime   {" d":"Tue, 14 Nov 2023 22:13:20 GMT"}   time.Time, also python.Naive
//	a dict that looks like one of these: {" di":{" t__":...}}, a map
//
// A datetime has whole seconds and is UTC when it is read. A python.Date and a
// python.Decimal are written as Flask writes them, as text. Any other value is
// written as encoding/json has it, with the keys of structs sorted and floats as
// 1.0; a tag can't be inside of a struct or of what a json.Marshaler gives.
//
// Read into an any, a value has the types above or those of encoding/json, numbers
// as json.Number, so what is set again comes out equal. Read into another type, a value
// that isn't assignable to it goes through encoding/json: a tuple fills a slice, a
// datetime a time.Time in a struct.
//
// It is a session.FlashCodec as well. The zero Codec knows Flask's own tags. It is
// safe for concurrent use.
type Codec struct {
	tags []Tag
}

var _ session.FlashCodec = (*Codec)(nil)

// NewCodec returns a Codec with tags of the application's own besides Flask's. An
// error: a Tag is incomplete, or two have the same key.
func NewCodec(tags ...Tag) (*Codec, error) {
	seen := map[string]bool{}
	for _, t := range tags {
		if t.Key == "" || t.Encode == nil || t.Decode == nil {
			return nil, fmt.Errorf("flask: tag %q: Key, Encode and Decode must be set", t.Key)
		}
		if seen[t.Key] {
			return nil, fmt.Errorf("flask: tag %q is there twice", t.Key)
		}
		seen[t.Key] = true
	}
	return &Codec{append([]Tag(nil), tags...)}, nil
}

var ascii = pyjson.Style{ASCII: true}

// Marshal returns v as tagged JSON. An error: v has no form in it, text that isn't
// UTF-8, or is nested deeper than 1,000 levels; it doesn't tell v.
func (c *Codec) Marshal(v any) ([]byte, error) {
	tree, err := c.tag(v, 0)
	if err != nil {
		return nil, fmt.Errorf("flask: marshal: %w", err)
	}
	text, err := ascii.Append(make([]byte, 0, 64), tree)
	if err != nil {
		return nil, fmt.Errorf("flask: marshal: %w", err)
	}
	return text, nil
}

// Unmarshal stores the value of data, tagged JSON, in what v points to. An error: it
// is no JSON, a tag holds what it can't, or the value doesn't fit; it doesn't tell
// data.
func (c *Codec) Unmarshal(data []byte, v any) error {
	to := reflect.ValueOf(v)
	if to.Kind() != reflect.Pointer || to.IsNil() {
		return fmt.Errorf("flask: unmarshal: %T is no pointer to a value", v)
	}
	value, err := c.read(data)
	if err != nil {
		return fmt.Errorf("flask: unmarshal: %w", err)
	}
	if err := store(value, to.Elem()); err != nil {
		return fmt.Errorf("flask: unmarshal: %w", err)
	}
	return nil
}

func (c *Codec) read(data []byte) (any, error) {
	var tree any
	if err := pyjson.Read(data, &tree); err != nil {
		return nil, err
	}
	return c.untag(tree)
}

// store puts value into to, as encoding/json would unless it is assignable.
func store(value any, to reflect.Value) error {
	from := reflect.ValueOf(value)
	if from.IsValid() && from.Type().AssignableTo(to.Type()) {
		to.Set(from)
		return nil
	}
	if n, ok := value.(json.Number); ok && to.CanFloat() {
		return storeFloat(n, to)
	}
	text, err := json.Marshal(value)
	if err == nil {
		err = pyjson.Read(text, to.Addr().Interface())
	}
	if err != nil {
		return fmt.Errorf("a %T doesn't fit a %v", value, to.Type()) // err may quote the value
	}
	return nil
}

// storeFloat takes Python's NaN and Infinity, too.
func storeFloat(n json.Number, to reflect.Value) error {
	f, err := n.Float64()
	if err != nil || to.OverflowFloat(f) {
		return errors.New("a number is out of range")
	}
	to.SetFloat(f)
	return nil
}
