package jwt

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
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

// parseObject reads data, which must be UTF-8, one object and nothing after it. A
// json.Decoder would do it as well, at several times the cost, which every request
// would pay.
func parseObject(data []byte) (*object, error) {
	if !utf8.Valid(data) || !json.Valid(data) {
		return nil, errObject
	}
	rest, opened := cutByte(data, '{')
	if !opened {
		return nil, errObject
	}
	o, seen := &object{members: make([]member, 0, 12)}, make(map[string]bool, 12)
	for rest[0] != '}' {
		var m member
		m, rest = cutMember(rest)
		if seen[m.name] {
			return nil, errObject
		}
		seen[m.name] = true
		o.members = append(o.members, m)
	}
	return o, nil
}

// The functions below take text apart that is known to be JSON. Each returns a rest
// that begins with no space.

// cutByte skips c, if data begins with it.
func cutByte(data []byte, c byte) (rest []byte, found bool) {
	data = bytes.TrimLeft(data, spaces)
	if len(data) == 0 || data[0] != c {
		return data, false
	}
	return bytes.TrimLeft(data[1:], spaces), true
}

const spaces = " \t\r\n"

// cutMember returns the first member of an object, and what is after its comma.
func cutMember(data []byte) (m member, rest []byte) {
	n := valueSize(data)
	m.name, _ = unquote(data[:n]) // nothing but a string stands here
	rest, _ = cutByte(data[n:], ':')
	n = valueSize(rest)
	m.raw = json.RawMessage(rest[:n])
	rest, _ = cutByte(rest[n:], ',')
	return m, rest
}

// valueSize is the size of the value that data begins with.
func valueSize(data []byte) int {
	depth := 0
	for i := 0; i < len(data); i++ {
		switch data[i] {
		case '"':
			i += stringSize(data[i:]) - 1
		case '{', '[':
			depth++
			continue
		case '}', ']':
			depth--
		default:
			if depth > 0 || i+1 < len(data) && !strings.ContainsRune(spaces+",}", rune(data[i+1])) {
				continue // within an object, a list, a number or a word
			}
		}
		if depth == 0 {
			return i + 1
		}
	}
	return len(data)
}

// stringSize is the size of the string that data begins with, quotes included.
func stringSize(data []byte) int {
	for i := 1; i < len(data); i++ {
		switch data[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(data)
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
	if raw := o.find(name); raw != nil {
		var ok bool
		text, ok = unquote(raw)
		o.bad = o.bad || !ok
	}
	return text
}

// unquote reads a string, most of which have nothing to be unescaped.
func unquote(raw []byte) (text string, ok bool) {
	if raw[0] != '"' {
		return "", false
	}
	if bytes.IndexByte(raw, '\\') < 0 {
		return string(raw[1 : len(raw)-1]), true
	}
	return text, json.Unmarshal(raw, &text) == nil
}

// integer returns a number that is written in digits alone, 0 if there is none.
func (o *object) integer(name string) int64 {
	raw := o.find(name)
	if raw == nil {
		return 0
	}
	n, err := strconv.ParseInt(string(raw), 10, 64)
	if err != nil || n < 0 || n > maxInteger {
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
