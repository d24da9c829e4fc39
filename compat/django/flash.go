package django

import (
	"encoding/json"
	"errors"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/compat/internal/pyjson"
)

// messageMark is what a message of django.contrib.messages begins with in JSON
// (MessageEncoder.message_key).
const messageMark = "__json_message"

// MarshalFlashes returns the messages as session storage keeps them: a text that is
// the JSON of a list. Flash.Category are the extra tags, Flash.HTML is Django's SafeString.
func (c Codec) MarshalFlashes(flashes []session.Flash) ([]byte, error) {
	text := []byte{'['}
	for i, f := range flashes {
		if i > 0 {
			text = append(text, ", "...)
		}
		var err error
		if text, err = appendMessage(text, f, ", "); err != nil {
			return nil, err
		}
	}
	return c.Marshal(string(append(text, ']')))
}

// appendMessage appends a message, with sep between its parts.
func appendMessage(dst []byte, f session.Flash, sep string) (_ []byte, err error) {
	safe := 0
	if f.HTML {
		safe = 1
	}
	parts := []any{messageMark, safe, int(f.Level), f.Message}
	if f.Category != "" {
		parts = append(parts, f.Category)
	}
	dst = append(dst, '[')
	for i, part := range parts {
		if i > 0 {
			dst = append(dst, sep...)
		}
		if dst, err = ascii.Append(dst, part); err != nil {
			return nil, err
		}
	}
	return append(dst, ']'), nil
}

var errMessages = errors.New("django: the messages are none of django.contrib.messages")

// UnmarshalFlashes reads what session storage or MarshalFlashes wrote.
func (c Codec) UnmarshalFlashes(data []byte) ([]session.Flash, error) {
	var text string
	if err := c.Unmarshal(data, &text); err != nil {
		return nil, errMessages
	}
	flashes, _, err := readMessages([]byte(text))
	return flashes, err
}

// readMessages reads a list of messages. more tells that it ends with the word for
// "there are more in the session".
func readMessages(text []byte) (flashes []session.Flash, more bool, err error) {
	var v any
	if err := pyjson.Read(text, &v); err != nil {
		return nil, false, errMessages
	}
	list, ok := v.([]any)
	if !ok {
		return nil, false, errMessages
	}
	if n := len(list); n > 0 && list[n-1] == notFinished {
		list, more = list[:n-1], true
	}
	flashes = make([]session.Flash, len(list))
	for i, item := range list {
		parts, _ := item.([]any)
		if flashes[i], ok = readMessage(parts); !ok {
			return nil, false, errMessages
		}
	}
	return flashes, more, nil
}

func readMessage(parts []any) (f session.Flash, ok bool) {
	if len(parts) < 4 || len(parts) > 5 || parts[0] != messageMark {
		return f, false
	}
	safe, okSafe := parts[1].(json.Number)
	level, okLevel := parts[2].(json.Number)
	n, err := level.Int64()
	f.Message, ok = parts[3].(string)
	if !ok || !okSafe || !okLevel || err != nil {
		return f, false
	}
	f.HTML, f.Level = safe != "0", session.FlashLevel(n)
	if len(parts) == 5 && parts[4] != nil {
		f.Category, ok = parts[4].(string)
	}
	return f, ok
}
