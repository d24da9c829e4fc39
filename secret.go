package session

import (
	"fmt"
	"log/slog"
)

// hidden is what a secret prints as, whatever the verb.
const hidden = "(hidden)"

// A Token is what the visitor carries: whoever has it is that visitor. It
// prints as "(hidden)" in every form (fmt, log/slog, JSON), so that it can't
// reach a log by accident (OWASP ASVS 5.0, 16.2.5). Reveal gives the text.
type Token string

// Reveal returns the token's text, to be sent to the visitor it belongs to and
// to nobody else.
func (t Token) Reveal() string { return string(t) }

func (Token) Format(f fmt.State, _ rune)   { _, _ = f.Write([]byte(hidden)) }
func (Token) LogValue() slog.Value         { return slog.StringValue(hidden) }
func (Token) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// Whoever prints one of these by accident would print the token in it as well.

func (*Session) Format(f fmt.State, _ rune)   { _, _ = f.Write([]byte(hidden)) }
func (*exchange) Format(f fmt.State, _ rune)  { _, _ = f.Write([]byte(hidden)) }
func (Snapshot) Format(f fmt.State, _ rune)   { _, _ = f.Write([]byte(hidden)) }
func (Snapshot) LogValue() slog.Value         { return slog.StringValue(hidden) }
func (Snapshot) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// A Key is a record's name in a [Store]: a hash of the token, 32 bytes that may
// hold any value. Stores compare keys byte by byte. Like a Token it
// prints as "(hidden)", since in a foreign format the key is the token.
type Key string

func (Key) Format(f fmt.State, _ rune)   { _, _ = f.Write([]byte(hidden)) }
func (Key) LogValue() slog.Value         { return slog.StringValue(hidden) }
func (Key) MarshalText() ([]byte, error) { return []byte(hidden), nil }
