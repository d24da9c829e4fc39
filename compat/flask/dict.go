package flask

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/compat/internal/pyjson"
)

var (
	errDict = errors.New("not a dict in JSON")
	errRaw  = errors.New("a value isn't the JSON that flask.Codec writes: use Engine.Config")
)

// parseDict returns what the text of a session holds, with each value as it stands
// there. Of a key that comes twice the last value counts, as in Python.
func (c *Codec) parseDict(text string) (values session.Values, err error) {
	if !utf8.ValidString(text) {
		return values, errDict
	}
	all, err := splitDict(text)
	if err == nil && len(all) == 1 && c.isTag(all[0].Key) {
		all, err = escapedDict(all[0])
	}
	for _, v := range all {
		values.Set(v.Key, v.Raw)
	}
	return values, err
}

func splitDict(text string) (all []session.Value, err error) {
	ok := members(text, func(key, raw string) {
		name, keyErr := keyOf(key)
		all, err = append(all, session.Value{Key: name, Raw: raw}), cmp.Or(err, keyErr)
	})
	if !ok {
		return nil, errDict
	}
	return all, err
}

// keyOf reads the text of a key.
func keyOf(text string) (key string, err error) {
	if strings.IndexByte(text, '\\') < 0 {
		return text[1 : len(text)-1], nil
	}
	return key, pyjson.Read([]byte(text), &key)
}

// escapedDict returns what a whole session holds that would look like a tag. Under
// any other tag it isn't a dict.
func escapedDict(outer session.Value) ([]session.Value, error) {
	if outer.Key != tagDict {
		return nil, errDict
	}
	all, err := splitDict(outer.Raw)
	if err != nil || len(all) != 1 {
		return nil, errDict
	}
	key, ok := strings.CutSuffix(all[0].Key, dictSuffix)
	if !ok {
		return nil, errDict
	}
	return []session.Value{{Key: key, Raw: all[0].Raw}}, nil
}

// appendDict appends the text of a session that holds all, which it sorts.
func (c *Codec) appendDict(dst []byte, all []session.Value) ([]byte, error) {
	slices.SortFunc(all, func(a, b session.Value) int { return strings.Compare(a.Key, b.Key) })
	if len(all) == 1 && c.isTag(all[0].Key) {
		all[0].Key += dictSuffix
		dst, err := appendMembers(append(dst, `{"`+tagDict+`":`...), all)
		return append(dst, '}'), err
	}
	return appendMembers(dst, all)
}

func appendMembers(dst []byte, all []session.Value) (_ []byte, err error) {
	dst = append(dst, '{')
	for i, v := range all {
		if i > 0 {
			dst = append(dst, ',')
		}
		if dst, err = ascii.Append(dst, v.Key); err != nil {
			return nil, fmt.Errorf("a key: %w", err)
		}
		if !utf8.ValidString(v.Raw) || !validJSON(v.Raw) {
			return nil, errRaw
		}
		dst = append(append(dst, ':'), v.Raw...)
	}
	return append(dst, '}'), nil
}
