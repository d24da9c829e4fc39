package session

import (
	"fmt"
	"slices"
)

// A FlashLevel orders flash messages by weight. The numbers are those of
// django.contrib.messages.
type FlashLevel int

const (
	Debug   FlashLevel = 10
	Success FlashLevel = 25
	Notice  FlashLevel = 20 // Django's INFO
	Warning FlashLevel = 30
	Error   FlashLevel = 40
)

// A Flash is a message that is shown once, on the next page that asks for it.
type Flash struct {
	Level    FlashLevel `json:"l"`
	Category string     `json:"c,omitempty"` // free text, to sort or style by
	Message  string     `json:"m"`

	// HTML: Message is HTML already, not text (Flask's Markup, Django's
	// SafeString). Only for what a trusted hand has written.
	HTML bool `json:"h,omitempty"`
}

// A FlashCodec is a [Codec] that keeps flash messages in a form of its own: that of
// another framework, so that a message added by either is shown by the other. What is
// read and written again must come out equal, for that is how messages that were
// shown are told from others.
type FlashCodec interface {
	Codec
	MarshalFlashes(flashes []Flash) ([]byte, error)
	UnmarshalFlashes(data []byte) ([]Flash, error)
}

// flashKey holds the messages not shown yet, in the order they came.
const flashKey = "_flashes"

// AddFlash keeps f until it is read.
func (s *Session) AddFlash(f Flash) error {
	return s.change(func(sn *Snapshot) error {
		all, err := s.flashes(sn)
		if err != nil {
			return err
		}
		return s.setFlashes(sn, append(all, f))
	})
}

// Flashes returns the messages that were not shown yet, oldest first, and
// removes them; with categories, only those messages. A message that another
// request adds meanwhile is kept for the next page.
func (s *Session) Flashes(categories ...string) (shown []Flash, err error) {
	err = s.view(func(sn *Snapshot) (err error) { shown, err = s.flashes(sn); return err })
	if err != nil {
		return nil, err
	}
	shown = slices.DeleteFunc(shown, func(f Flash) bool {
		return len(categories) > 0 && !slices.Contains(categories, f.Category)
	})
	if len(shown) == 0 {
		return nil, nil
	}
	return shown, s.change(func(sn *Snapshot) error { return s.removeFlashes(sn, shown) })
}

// removeFlashes takes out each of shown once.
func (s *Session) removeFlashes(sn *Snapshot, shown []Flash) error {
	all, err := s.flashes(sn)
	if err != nil {
		return err
	}
	for _, f := range shown {
		if i := slices.Index(all, f); i >= 0 {
			all = slices.Delete(all, i, i+1)
		}
	}
	if len(all) == 0 {
		sn.Values.Delete(flashKey)
		return nil
	}
	return s.setFlashes(sn, all)
}

// flashes decodes the messages of sn.
func (s *Session) flashes(sn *Snapshot) ([]Flash, error) {
	c, ok := s.m.config.Codec.(FlashCodec)
	if !ok {
		all, _, err := lookup[[]Flash](s.m.config.Codec, sn, flashKey)
		return all, err
	}
	raw, ok := sn.Values.Get(flashKey)
	if !ok {
		return nil, nil
	}
	all, err := c.UnmarshalFlashes([]byte(raw))
	if err != nil {
		return nil, fmt.Errorf("session: decode flashes: %w", err)
	}
	return all, nil
}

// setFlashes stores the messages in sn.
func (s *Session) setFlashes(sn *Snapshot, all []Flash) error {
	c, ok := s.m.config.Codec.(FlashCodec)
	if !ok {
		raw, err := encode(s.m.config.Codec, all)
		if err != nil {
			return err
		}
		return s.setRaw(flashKey, raw)(sn)
	}
	raw, err := c.MarshalFlashes(all)
	if err != nil {
		return fmt.Errorf("session: encode flashes: %w", err)
	}
	return s.setRaw(flashKey, string(raw))(sn)
}

// testCookie is Django's name for it.
const testCookie, testCookieValue = "testcookie", "worked"

// SetTestCookie sets a value, to see on the next request whether the browser takes
// cookies.
func (s *Session) SetTestCookie() error { return s.Set(testCookie, testCookieValue) }

// TestCookieWorked reports whether the browser sent the test cookie back.
func (s *Session) TestCookieWorked() (bool, error) {
	value, err := Get[string](s, testCookie)
	return value == testCookieValue, err
}

// DeleteTestCookie removes the value that SetTestCookie set.
func (s *Session) DeleteTestCookie() error { return s.Delete(testCookie) }
