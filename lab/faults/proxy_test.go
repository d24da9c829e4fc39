package faults

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/Shopify/toxiproxy/v2/stream"
	"github.com/Shopify/toxiproxy/v2/toxics"
	"github.com/rs/zerolog"
)

// A proxy stands between a site and a server.
type proxy struct{ *toxiproxy.Proxy }

func newProxy(t *testing.T, server string) proxy {
	t.Helper()
	api := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())
	p := proxy{toxiproxy.NewProxy(api, t.Name(), "127.0.0.1:0", server)}
	must(t, p.Start())
	t.Cleanup(p.Stop)
	return p
}

// poison does something to all that the server answers, until heal is called.
func (p proxy) poison(kind, attributes string) (heal func() error, err error) {
	text := fmt.Sprintf(`{"name": %q, "type": %[1]q, "attributes": %s}`, kind, attributes)
	_, err = p.Toxics.AddToxicJson(strings.NewReader(text))
	return func() error { return p.Toxics.RemoveToxic(context.Background(), kind) }, err
}

func init() {
	toxics.Register("garble", new(GarbleToxic))
	toxics.Register("mistake", new(MistakeToxic))
}

// A GarbleToxic changes every byte.
type GarbleToxic struct{}

// Pipe implements [toxics.Toxic].
func (*GarbleToxic) Pipe(stub *toxics.ToxicStub) {
	pipe(stub, func(b []byte) []byte {
		for i := range b {
			b[i] ^= 0x55
		}
		return b
	})
}

// A MistakeToxic gives everybody the first value that Redis has answered.
type MistakeToxic struct {
	mu    sync.Mutex
	first []byte
}

// Pipe implements [toxics.Toxic].
func (m *MistakeToxic) Pipe(stub *toxics.ToxicStub) {
	pipe(stub, func(b []byte) []byte {
		m.mu.Lock()
		defer m.mu.Unlock()
		switch {
		case !strings.HasPrefix(string(b), "$"): // no value
			return b
		case m.first == nil:
			m.first = b
		}
		return m.first
	})
}

// pipe passes on what change makes of the data.
func pipe(stub *toxics.ToxicStub, change func([]byte) []byte) {
	for {
		select {
		case <-stub.Interrupt:
			return
		case c := <-stub.Input:
			if c == nil {
				stub.Close()
				return
			}
			stub.Output <- &stream.StreamChunk{Data: change(c.Data), Timestamp: c.Timestamp}
		}
	}
}
