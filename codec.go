package session

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
)

// A Codec turns one value of a session into bytes and back. Both methods must
// be safe for concurrent use; Unmarshal must not keep data.
//
// Values written with one codec can't be read with another: changing
// Config.Codec needs a new Config.App, that is new sessions.
type Codec interface {
	Marshal(v any) ([]byte, error)
	Unmarshal(data []byte, v any) error
}

// JSON is the default codec, encoding/json. Read into an any, a number becomes
// a json.Number, which keeps its text: 1.0 stays 1.0 and large integers stay
// exact.
var JSON Codec = jsonCodec{}

// Gob is encoding/gob, for values that JSON can't hold. A value must be read as the
// type it was written as, and can't be read into an any. Gob is slower than
// JSON and should not be given data that others can write.
var Gob Codec = gobCodec{}

type jsonCodec struct{}

func (jsonCodec) Marshal(v any) ([]byte, error) { return json.Marshal(v) }

func (jsonCodec) Unmarshal(data []byte, v any) error {
	if _, ok := v.(*any); !ok {
		return json.Unmarshal(data, v)
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	if err := d.Decode(v); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return fmt.Errorf("more than one JSON value")
	}
	return nil
}

type gobCodec struct{}

func (gobCodec) Marshal(v any) ([]byte, error) {
	var buf bytes.Buffer
	err := gob.NewEncoder(&buf).Encode(v)
	return buf.Bytes(), err
}

func (gobCodec) Unmarshal(data []byte, v any) error {
	return gob.NewDecoder(bytes.NewReader(data)).Decode(v)
}

// encode writes v with c. Strings and numbers, which most values are, take a
// way of their own through JSON: three to eight times as fast as encoding/json.
func encode(c Codec, v any) (string, error) {
	if c == JSON {
		if raw, ok := encodeScalar(v); ok {
			return raw, nil
		}
	}
	raw, err := c.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("session: encode value: %w", err)
	}
	return string(raw), nil
}

func encodeScalar(v any) (raw string, ok bool) {
	switch v := v.(type) {
	case string:
		if plain(v) {
			return `"` + v + `"`, true
		}
	case bool:
		return strconv.FormatBool(v), true
	case int:
		return strconv.Itoa(v), true
	case int64:
		return strconv.FormatInt(v, 10), true
	}
	return "", false
}

// decode reads raw as a T.
func decode[T any](c Codec, raw string) (T, error) {
	var value T
	if err := c.Unmarshal([]byte(raw), &value); err != nil {
		return *new(T), fmt.Errorf("session: decode value: %w", err)
	}
	return value, nil
}

// decodeScalar is encodeScalar's counterpart. It reports whether raw was a plain
// value of v's type; v must not escape, or every read would allocate.
func decodeScalar(raw string, v any) (ok bool) {
	switch v := v.(type) {
	case *string:
		if n := len(raw); n >= 2 && raw[0] == '"' && plain(raw[1:n-1]) {
			*v = raw[1 : n-1]
			return true
		}
	case *int:
		n, err := strconv.Atoi(raw)
		if err == nil && strconv.Itoa(n) == raw {
			*v = n
			return true
		}
	}
	return false
}

// plain reports whether s stands in JSON as it is: printable ASCII without what
// JSON or encoding/json's HTML-safe form escapes.
func plain(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case c < ' ' || c > '~':
			return false
		case c == '"' || c == '\\' || c == '<' || c == '>' || c == '&':
			return false
		}
	}
	return true
}
