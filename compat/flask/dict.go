package flask

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/compat/internal/pyjson"
)

var (
	errDict = errors.New("not a dict in JSON")
	errRaw  = errors.New("a value isn't the JSON that flask.Codec writes: use Engine.Config")
)

// parseDict returns what the text of a session holds, with each value as it stands
// there. Of a key that comes twice the last value counts, as in Python.
func (c *Codec) parseDict(text string) ([]pyjson.Member, error) {
	all, err := pyjson.Members(text)
	if err != nil {
		return nil, errDict
	}
	if len(all) == 1 && c.isTag(all[0].Key) {
		return escapedDict(all[0])
	}
	return all, nil
}

// escapedDict returns what a whole session holds that would look like a tag. Under
// any other tag it isn't a dict.
func escapedDict(outer pyjson.Member) ([]pyjson.Member, error) {
	if outer.Key != tagDict {
		return nil, errDict
	}
	all, err := pyjson.Members(outer.Raw)
	if err != nil || len(all) != 1 {
		return nil, errDict
	}
	key, ok := strings.CutSuffix(all[0].Key, dictSuffix)
	if !ok {
		return nil, errDict
	}
	return []pyjson.Member{{Key: key, Raw: all[0].Raw}}, nil
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
		if dst, err = ascii.AppendString(dst, v.Key); err != nil {
			return nil, fmt.Errorf("a key: %w", err)
		}
		if !pyjson.Valid(v.Raw) {
			return nil, errRaw
		}
		dst = append(append(dst, ':'), v.Raw...)
	}
	return append(dst, '}'), nil
}
