package faults

import (
	"net/http"
	"testing"
)

// TestMB05_DownInMidRequest: a handler has read its session when the server ends, and
// then changes it. What it wrote is thrown away.
func TestMB05_DownInMidRequest(t *testing.T) {
	for name, b := range backends {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t, b)
			v := p.site.signIn(t, "visitor")
			p.site.between = func() { must(t, p.server.Kill()) }
			if got := p.site.ask(t, v, "/slow"); got.status != http.StatusServiceUnavailable || got.retryAfter == "" {
				t.Errorf("answered %d, Retry-After %q", got.status, got.retryAfter)
			}
			must(t, p.server.Start())
			got, _ := p.site.recovers(t, v)
			want := page{Subject: "visitor", Count: 1}
			if p.forgets {
				want = page{}
			}
			if got.Subject != want.Subject || got.Count != want.Count {
				t.Errorf("afterwards the visitor sees %+v, want %+v", got, want)
			}
		})
	}
}
