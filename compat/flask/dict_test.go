package flask

import (
	"errors"
	"testing"

	"github.com/coatcheck-go/session"
)

// A raw value that isn't JSON would spoil the others.
func TestAppendDict_Refused(t *testing.T) {
	var c Codec
	for _, raw := range []string{"", "secret", "1,\"b\":2", "\"\xff\"", "1 2"} {
		text, err := c.appendDict(nil, []session.Value{{Key: "a", Raw: raw}})
		if !errors.Is(err, errRaw) {
			t.Errorf("%q: %s, %v", raw, text, err)
		}
	}
}
