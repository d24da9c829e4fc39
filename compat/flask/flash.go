package flask

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/compat/python"
)

// levels are the categories that are names of levels, as Flask's documentation and
// Django's tags have them.
var levels = map[string]session.FlashLevel{
	"debug": session.Debug, "info": session.Notice, "success": session.Success,
	"warning": session.Warning, "error": session.Error,
}

// defaultCategory is that of flask.flash.
const defaultCategory = "message"

// MarshalFlashes returns the messages as Flask keeps them: a list of tuples
// (category, message). Where Category is empty it is the level's name, and "message"
// without a level. A level besides another category has no place there.
func (c *Codec) MarshalFlashes(flashes []session.Flash) ([]byte, error) {
	list := make([]any, len(flashes))
	for i, f := range flashes {
		var message any = f.Message
		if f.HTML {
			message = python.Markup(f.Message)
		}
		list[i] = python.Tuple{category(f), message}
	}
	return c.Marshal(list)
}

func category(f session.Flash) string {
	if f.Category != "" {
		return f.Category
	}
	for name, level := range levels {
		if level == f.Level {
			return name
		}
	}
	return defaultCategory
}

var errFlashes = errors.New("flask: _flashes is no list of tuples (category, message)")

// UnmarshalFlashes reads what Flask or MarshalFlashes wrote. The level is that of
// which the category is the name, else 0. An empty category becomes "message"; a
// message that isn't text, which Flask allows, its JSON.
func (c *Codec) UnmarshalFlashes(data []byte) ([]session.Flash, error) {
	var list []any
	if err := c.Unmarshal(data, &list); err != nil {
		return nil, err
	}
	flashes := make([]session.Flash, len(list))
	for i, item := range list {
		f, err := c.flash(item)
		if err != nil {
			return nil, err
		}
		flashes[i] = f
	}
	return flashes, nil
}

func (c *Codec) flash(item any) (f session.Flash, err error) {
	pair, ok := item.(python.Tuple)
	if !ok {
		pair, _ = item.([]any) // what became of a tuple in a format without tags
	}
	if len(pair) != 2 {
		return f, errFlashes
	}
	if f.Category, ok = pair[0].(string); !ok {
		return f, errFlashes
	}
	f.Category = cmp.Or(f.Category, defaultCategory)
	f.Level = levels[f.Category]
	switch message := pair[1].(type) {
	case string:
		f.Message = message
	case python.Markup:
		f.Message, f.HTML = string(message), true
	default:
		text, err := c.Marshal(message)
		if err != nil {
			return f, fmt.Errorf("flask: flash: %w", err)
		}
		f.Message = string(text)
	}
	return f, nil
}
