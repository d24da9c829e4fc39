// Command python measures our itsdangerous and django.core.signing beside Python's
// own, in turns: a slice of one, a slice of the other. It prints nanoseconds for
// each dumps and loads, and the median of the ratios with their quartiles.
package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/coatcheck-go/session/lab/python/peer"
)

// data is 143 bytes.
const data = `{"_permanent":true,"cart":[{"id":17,"n":2},{"id":4711,"n":1}],"csrf":"9f8e7d6c5b4a39281706f5e4d3c2b1a0","lang":"en","user_id":7,"user":"alice"}`

const (
	rounds = 15
	slice  = 1000 // calls in a row
)

// setups are Flask's cookie and Django's session.
var setups = []peer.Setup{
	{Kind: "itsdangerous", Key: "a key of some length", Salt: "cookie-session", Derivation: "hmac", Digest: "sha1", ASCII: true, Now: 1700000000},
	{Kind: "django", Key: "a key of some length", Salt: "django.contrib.sessions.SessionStore", Compress: true, Now: 1700000000},
}

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "python:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	p, err := peer.Start(ctx)
	if err != nil {
		return err
	}
	versions, err := p.Versions()
	if err != nil {
		return err
	}
	fmt.Printf("%s; %d bytes of JSON\n", versions, len(data))
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "\tPython ns\tGo ns\tratio\tquartiles")
	for _, s := range setups {
		if err := compare(w, p, s); err != nil {
			return err
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return p.Close()
}

func compare(w *tabwriter.Writer, p *peer.Peer, s peer.Setup) error {
	calls, err := callsOf(s)
	if err != nil {
		return err
	}
	for _, c := range calls {
		var python, ours, ratios []float64
		for range rounds {
			ns, err := p.Bench(s, c.python, data, slice)
			if err != nil {
				return err
			}
			python, ours = append(python, ns), append(ours, measure(c.call))
			ratios = append(ratios, ns/ours[len(ours)-1])
		}
		_, _ = fmt.Fprintf(w, "%s %s\t%.0f\t%.0f\t%.1f\t%.1f to %.1f\n", s.Kind, c.name,
			quantile(python, 0.5), quantile(ours, 0.5), quantile(ratios, 0.5), quantile(ratios, 0.25), quantile(ratios, 0.75))
	}
	return nil
}

// A call is one of ours and what it stands beside.
type call struct {
	name, python string
	call         func()
}

func callsOf(s peer.Setup) ([]call, error) {
	t, err := newTool(s)
	if err != nil {
		return nil, err
	}
	var v any
	token := t.Seal([]byte(data))
	if _, err := t.Loads(token, &v); err != nil {
		return nil, err
	}
	return []call{
		{"dumps", "dumps", func() { _, _ = t.Dumps(v) }},
		{"loads", "loads", func() { var v any; _, _ = t.Loads(token, &v) }},
		{"seal, without the JSON", "dumps", func() { t.Seal([]byte(data)) }},
		{"open, without the JSON", "loads", func() { _, _, _ = t.Open(token) }},
	}, nil
}

func measure(f func()) float64 {
	start := time.Now()
	for range slice {
		f()
	}
	return float64(time.Since(start).Nanoseconds()) / slice
}

func quantile(all []float64, q float64) float64 {
	sorted := slices.Sorted(slices.Values(all))
	return sorted[int(q*float64(len(sorted)-1)+0.5)]
}
