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
	held func(client net.Conn, answer string) bool // keeps an answer back; nil: none
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
	if held == nil || !held(a.client, string(b)) {
		return a.client.Write(b)
	}
	return len(b), nil
}

// hold lets held be asked at each answer whether it keeps that back.
func (p *proxy) hold(held func(client net.Conn, answer string) bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.held = held
}

// silence keeps all answers back, and calls noted at each.
func (p *proxy) silence(noted func()) {
	p.hold(func(net.Conn, string) bool {
		noted()
		return true
	})
}

// cutOnce lets the next answer be lost, and its connection with it; unless it is one
// for which the client has asked by itself.
func (p *proxy) cutOnce() {
	p.hold(func(client net.Conn, answer string) bool {
		if answer == "+PONG\r\n" {
			return false
		}
		p.hold(nil)
		_ = client.Close()
		return true
	})
}
