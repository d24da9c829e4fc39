package flask

import (
	"testing"
	"time"

	"github.com/coatcheck-go/session"
	compat "github.com/coatcheck-go/session/compat/flask"
	"github.com/coatcheck-go/session/lab/python/peer"
)

// benchData is 143 bytes, what lab/python measures with.
const benchData = `{"_permanent":true,"cart":[{"id":17,"n":2},{"id":4711,"n":1}],"csrf":"9f8e7d6c5b4a39281706f5e4d3c2b1a0","lang":"en","user_id":7,"user":"alice"}`

// Opening and sealing a cookie, beside Flask's own serializer on the same data in the
// same run. Here every value is decoded as well when a cookie is opened, as Flask does,
// and all of them are encoded when it is sealed.
func BenchmarkBesideFlask(b *testing.B) {
	for what, call := range map[string]func(*testing.B, *compat.Engine, string){"open": benchOpen, "seal": benchSeal} {
		b.Run(what, func(b *testing.B) {
			e, err := compat.New(compat.Options{SecretKeys: []string{peerKey}, SubjectKey: "-"})
			if err != nil {
				b.Fatal(err)
			}
			python, err := peer.Interpreter()
			if err != nil {
				b.Fatal(err)
			}
			var theirs struct{ NS float64 }
			peer.Test(b, python, program).Ask(map[string]any{"op": "bench", "what": what, "data": benchData, "n": 5000}, &theirs)
			call(b, e, cookieOf(b, benchData))
			b.ReportMetric(theirs.NS, "flask-ns/op")
		})
	}
}

func benchOpen(b *testing.B, e *compat.Engine, token string) {
	var c compat.Codec
	for b.Loop() {
		var s session.Snapshot
		if err := e.Open(b.Context(), token, &s); err != nil {
			b.Fatal(err)
		}
		for _, raw := range s.Values.All() {
			var v any
			if err := c.Unmarshal([]byte(raw), &v); err != nil {
				b.Fatal(err)
			}
		}
	}
}

func benchSeal(b *testing.B, e *compat.Engine, token string) {
	var c compat.Codec
	var s session.Snapshot
	if err := e.Open(b.Context(), token, &s); err != nil {
		b.Fatal(err)
	}
	values := map[string]any{}
	for key, raw := range s.Values.All() {
		var v any
		if err := c.Unmarshal([]byte(raw), &v); err != nil {
			b.Fatal(err)
		}
		values[key] = v
	}
	s.Values, s.State, s.Saved = session.Values{}, nil, time.Now()
	for b.Loop() {
		for key, v := range values {
			raw, err := c.Marshal(v)
			if err != nil {
				b.Fatal(err)
			}
			s.Values.Set(key, string(raw))
		}
		if _, err := e.Keep(b.Context(), &s, &s, 0); err != nil {
			b.Fatal(err)
		}
	}
}
