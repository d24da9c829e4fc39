package jwt

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"unicode/utf8"
)

var errObject = errors.New("not a JSON object with every name once")

// maxInteger is the largest number that every JSON reader keeps exact.
const maxInteger = 1<<53 - 1

// An object is a JSON object read strictly. encoding/json takes the last of two
// members of one name, takes "EXP" for "exp" and 1e9 for 1000000000; another reader
// does not, and two readers must not see two sessions in one token.
type object struct {
	members []member
	bad     bool // something that was asked for had the wrong form
}

type member struct {
	name string
	raw  json.RawMessage
}

// parseObject reads data, which must be UTF-8, one object and nothing after it.
func parseObject(data []byte) (*object, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	if start, err := d.Token(); err != nil || start != json.Delim('{') || !utf8.Valid(data) {
		return nil, errObject
	}
	o, seen := &object{}, map[string]bool{}
	for d.More() {
		m, err := readMember(d)
		if err != nil || seen[m.name] {
			return nil, errObject
		}
		seen[m.name] = true
		o.members = append(o.members, m)
	}
	if _, err := d.Token(); err != nil {
		return nil, errObject
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errObject
	}
	return o, nil
}

func readMember(d *json.Decoder) (m member, err error) {
	name, err := d.Token()
	if err != nil {
		return m, err
	}
	m.name, _ = name.(string) // the decoder lets nothing else stand here
	return m, d.Decode(&m.raw)
}

// find returns a member's value, nil if there is none of that very name.
func (o *object) find(name string) json.RawMessage {
	for _, m := range o.members {
		if m.name == name {
			return m.raw
		}
	}
	return nil
}

// text returns a string, "" if there is none.
func (o *object) text(name string) (text string) {
	raw := o.find(name)
	if raw != nil && (raw[0] != '"' || json.Unmarshal(raw, &text) != nil) {
		o.bad = true
	}
	return text
}

// integer returns a number that is written in digits alone, 0 if there is none.
func (o *object) integer(name string) int64 {
	raw := o.find(name)
	if raw == nil {
		return 0
	}
	n, err := strconv.ParseInt(string(raw), 10, 64)
	if err != nil || n < 0 || n > maxInteger || strconv.FormatInt(n, 10) != string(raw) {
		o.bad = true
		return 0
	}
	return n
}

// flag returns a boolean, false if there is none.
func (o *object) flag(name string) bool {
	raw := string(o.find(name))
	o.bad = o.bad || raw != "" && raw != "true" && raw != "false"
	return raw == "true"
}

// object returns an object, an empty one if there is none.
func (o *object) object(name string) *object {
	inner := &object{}
	if raw := o.find(name); raw != nil {
		var err error
		if inner, err = parseObject(raw); err != nil {
			o.bad = true
			return &object{}
		}
	}
	return inner
}
