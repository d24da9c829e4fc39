package flask

import (
	"encoding/json"
	"errors"
	"reflect"
	"testing"

	"github.com/coatcheck-go/session"
	compat "github.com/coatcheck-go/session/compat/flask"
)

// complexTag is TagComplex of peer.py.
var complexTag = compat.Tag{
	Key: " c",
	Encode: func(v any) (any, bool) {
		c, ok := v.(complex128)
		return []float64{real(c), imag(c)}, ok
	},
	Decode: func(plain any) (any, error) {
		pair, _ := plain.([]any)
		if len(pair) != 2 {
			return nil, errors.New("no complex number")
		}
		re, errRe := pair[0].(json.Number).Float64()
		im, errIm := pair[1].(json.Number).Float64()
		return complex(re, im), errors.Join(errRe, errIm)
	},
}

// A tag that the application has registered is read and written, and a dict that looks
// like it is told from it.
func TestOwnTag(t *testing.T) {
	eachFlask(t, func(t *testing.T, f *flask, _ bool) {
		e, err := compat.New(compat.Options{SecretKeys: []string{peerKey}, Tags: []compat.Tag{complexTag}})
		check(t, err)
		m, err := session.New(e.Config(session.Config{}))
		check(t, err)
		type made struct{ Token, Holds string }
		var theirs, ours made
		f.Ask(map[string]any{"op": "own_tag", "token": ""}, &theirs)
		token := change(t, m, theirs.Token, func(s *session.Session) error {
			if z, err := session.Get[[]any](s, "z"); err != nil || !reflect.DeepEqual(z, []any{1 - 2i}) {
				t.Errorf("%v, %v", z, err)
			}
			return setAgain(s)
		})
		f.Ask(map[string]any{"op": "own_tag", "token": token}, &ours)
		if want := `{'d': {' c': 1}, 't': (0.5j,), 'z': [(1-2j)]}`; ours.Holds != want {
			t.Errorf("%s, want %s", ours.Holds, want)
		}
	})
}
