package redis

import (
	"io"
	"net"
	"sync"
	"testing"
)

// A proxy stands between a client and a server, and can keep answers back.
type proxy struct {
	listener net.Listener
	server   string

	mu   sync.Mutex
	held func(client net.Conn) // instead of passing on an answer; nil: passes on
}

func newProxy(t *testing.T, server string) *proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	p := &proxy{listener: l, server: server}
	t.Cleanup(func() { _ = l.Close() })
	go p.accept()
	return p
}

func (p *proxy) accept() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		go p.serve(client)
	}
}

func (p *proxy) serve(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("tcp", p.server)
	if err != nil {
		return
	}
	go func() {
		_, _ = io.Copy(server, client)
		_ = server.Close()
	}()
	_, _ = io.Copy(answers{p, client}, server)
}

// answers are what a server sends to a client.
type answers struct {
	proxy  *proxy
	client net.Conn
}

func (a answers) Write(b []byte) (int, error) {
	a.proxy.mu.Lock()
	held := a.proxy.held
	a.proxy.mu.Unlock()
	if held == nil {
		return a.client.Write(b)
	}
	held(a.client)
	return len(b), nil
}

// hold lets held be called at each answer, instead of passing it on.
func (p *proxy) hold(held func(client net.Conn)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.held = held
}

// cutOnce lets the next answer be lost, and its connection with it.
func (p *proxy) cutOnce() {
	p.hold(func(client net.Conn) {
		p.hold(nil)
		_ = client.Close()
	})
}
