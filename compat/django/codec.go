package django

import (
	"fmt"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/compat/internal/pyjson"
)

// A Codec writes one value of a session as Django's JSONSerializer does, and reads it.
// Written is what encoding/json takes, with floats as 1.0 and text as ASCII. Read into
// an any, a number becomes a json.Number, NaN and Infinity too, so what is set again
// comes out equal. It is a session.FlashCodec as well: flash messages are those of
// django.contrib.messages in session storage. Safe for concurrent use.
type Codec struct{}

var _ session.FlashCodec = Codec{}

// Marshal returns v as JSON in Python's spelling. An error: v has no form in JSON, or
// text that isn't UTF-8; it doesn't tell v.
func (Codec) Marshal(v any) ([]byte, error) {
	text, err := ascii.Append(make([]byte, 0, 64), v)
	if err != nil {
		return nil, fmt.Errorf("django: marshal: %w", err)
	}
	return text, nil
}

// Unmarshal stores the value of data in what v points to. An error: it is no JSON, or
// doesn't fit v; it doesn't tell data.
func (Codec) Unmarshal(data []byte, v any) error {
	if err := pyjson.Read(data, v); err != nil {
		return fmt.Errorf("django: unmarshal: %w", err)
	}
	return nil
}
