package flask

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/coatcheck-go/session/compat/python"
)

// readers turn what stands under one of Flask's tags into its value. The errors
// don't tell it.
var readers = map[string]func(plain any) (any, error){
	tagDict: readDict, tagTuple: readTuple, tagBytes: readBytes,
	tagMarkup: readMarkup, tagUUID: readUUID, tagDateTime: readDateTime,
}

// untag returns tree with values in the place of tags, the inner ones first. It
// changes tree.
func (c *Codec) untag(tree any) (_ any, err error) {
	switch tree := tree.(type) {
	case []any:
		for i := range tree {
			if tree[i], err = c.untag(tree[i]); err != nil {
				return nil, err
			}
		}
	case map[string]any:
		for key := range tree {
			if tree[key], err = c.untag(tree[key]); err != nil {
				return nil, err
			}
		}
		return c.untagDict(tree)
	}
	return tree, nil
}

// untagDict returns the value of a dict that is a tag, or the dict.
func (c *Codec) untagDict(dict map[string]any) (any, error) {
	if len(dict) != 1 {
		return dict, nil
	}
	for key, plain := range dict {
		read := c.reader(key)
		if read == nil {
			break
		}
		v, err := read(plain)
		if err != nil {
			return nil, fmt.Errorf("tag %q: %w", key, err)
		}
		return v, nil
	}
	return dict, nil
}

func (c *Codec) reader(key string) func(any) (any, error) {
	for i := range c.tags {
		if c.tags[i].Key == key {
			return c.tags[i].Decode
		}
	}
	return readers[key]
}

var errTagged = errors.New("holds another type than it can")

func readDict(plain any) (any, error) {
	dict, _ := plain.(map[string]any)
	for key, v := range dict {
		if inner, ok := strings.CutSuffix(key, dictSuffix); ok && len(dict) == 1 {
			return map[string]any{inner: v}, nil
		}
	}
	return nil, errTagged
}

func readTuple(plain any) (any, error) {
	list, ok := plain.([]any)
	if !ok {
		return nil, errTagged
	}
	return python.Tuple(list), nil
}

func readBytes(plain any) (any, error) {
	text, ok := plain.(string)
	if !ok {
		return nil, errTagged
	}
	b, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, errors.New("not base64")
	}
	return b, nil
}

func readMarkup(plain any) (any, error) {
	text, ok := plain.(string)
	if !ok {
		return nil, errTagged
	}
	return python.Markup(text), nil
}

func readUUID(plain any) (any, error) {
	text, _ := plain.(string)
	b, err := hex.DecodeString(text)
	if err != nil || len(b) != len(python.UUID{}) {
		return nil, errors.New("not the 32 digits of a UUID")
	}
	return python.UUID(b), nil
}

func readDateTime(plain any) (any, error) {
	text, _ := plain.(string)
	t, err := http.ParseTime(text)
	if err != nil || !pythonYear(t.UTC()) {
		return nil, errors.New("not a date of HTTP")
	}
	return t.UTC(), nil
}
