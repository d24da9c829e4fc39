package flask

import (
	"strings"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
)

// Every captured cookie is read; each of its values, decoded and encoded again, has the
// same bytes, and so has the cookie, unless it is compressed: Python's zlib makes other
// choices.
func TestVectors(t *testing.T) {
	e := newEngine(t, Options{SubjectKey: "-"})
	for _, v := range cookieVectors(t) {
		var s session.Snapshot
		check(t, e.Open(t.Context(), v.token, &s))
		again := s
		again.Values, again.State = session.Values{}, nil // so that it is compressed here
		for key, raw := range s.Values.All() {
			var value any
			check(t, e.codec.Unmarshal([]byte(raw), &value))
			again.Values.Set(key, string(must[[]byte](t)(e.codec.Marshal(value))))
		}
		again.Saved = captured.Add(e.o.BackDate)
		token := must[string](t)(e.Keep(t.Context(), &s, &again, 0))
		if v.data == "{}" {
			if token != "" {
				t.Errorf("%s: %s is made of nothing", v.name, token)
			}
			continue
		}
		if got := dictOf(t, token); got != v.data {
			t.Errorf("%s: %s\nwant %s", v.name, got, v.data)
		}
		if token != v.token && !strings.HasPrefix(v.token, ".") {
			t.Errorf("%s: %s\nwant %s", v.name, token, v.token)
		}
		again.State = s.State
		if same := must[string](t)(e.Keep(t.Context(), &s, &again, 0)); same != v.token {
			t.Errorf("%s: unchanged it is %s\nwant %s", v.name, same, v.token)
		}
		if !s.Saved.Equal(captured) || !s.Started.Equal(captured.Add(time.Second)) || s.Persistent != (v.name == "perm") {
			t.Errorf("%s: %+v", v.name, s)
		}
	}
}
