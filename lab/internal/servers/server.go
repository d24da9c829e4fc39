// Package servers runs real servers for tests: each on a free port of loopback
// and in a temporary folder of its own, by the programs that are installed. Every
// server ends with the process that started it: by [Server.Close], and on Linux
// also if that process is killed.
package servers

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// patience is how long a server may take to start or to stop.
const patience = time.Minute

// A Server is one that this process runs. Its methods are for one goroutine.
type Server struct {
	kind    kind
	folder  string
	address string
	process *process // nil: it doesn't run
}

// A kind is what servers differ in.
type kind struct {
	name    string
	user    *account // it runs as; nil: as this process does
	prepare func(s *Server) error
	command func(s *Server, port string) *exec.Cmd
	ping    func(ctx context.Context, s *Server) error
	stop    syscall.Signal // ends it in good order
}

// run starts a new server.
func run(k kind) (*Server, error) {
	folder, err := os.MkdirTemp("", "coatcheck-"+k.name+"-")
	if err != nil {
		return nil, fmt.Errorf("servers: %s: %w", k.name, err)
	}
	s := &Server{kind: k, folder: folder}
	if err := s.first(); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// first chooses a port and starts the server. Another process may take the port
// in between, so it tries some.
func (s *Server) first() (err error) {
	if err = s.kind.user.own(s.folder); err == nil {
		err = s.kind.prepare(s)
	}
	if err != nil {
		return fmt.Errorf("servers: prepare %s: %w", s.kind.name, err)
	}
	for range 3 {
		if s.address, err = freeAddress(); err != nil {
			return fmt.Errorf("servers: start %s: %w", s.kind.name, err)
		}
		if err = s.Start(); err == nil {
			return nil
		}
	}
	return err
}

func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// Address returns the server's host and port. They stay the same.
func (s *Server) Address() string { return s.address }

// Start starts a server that was stopped, and waits until it answers.
func (s *Server) Start() error {
	_, port, err := net.SplitHostPort(s.address)
	if err == nil {
		s.process, err = start(s.kind.user.run(s.kind.command(s, port)), filepath.Join(s.folder, "log"))
	}
	if err == nil {
		err = s.ready()
	}
	if err != nil {
		return fmt.Errorf("servers: start %s: %w", s.kind.name, errors.Join(err, s.Stop()))
	}
	return nil
}

// ready waits until the server answers, or has ended.
func (s *Server) ready() error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		err := s.kind.ping(ctx, s)
		if err == nil {
			return nil
		}
		select {
		case <-s.process.ended:
			return fmt.Errorf("it ended (%v); its log: %s", s.process.err, s.process.tail())
		case <-ctx.Done():
			return fmt.Errorf("it didn't answer for %v: %w; its log: %s", patience, err, s.process.tail())
		case <-tick.C:
		}
	}
}

// Stop stops the server in good order, and keeps what it has stored.
func (s *Server) Stop() error {
	if s.process == nil {
		return nil
	}
	err := s.process.end(s.kind.stop)
	s.process = nil
	if err != nil {
		return fmt.Errorf("servers: stop %s: %w", s.kind.name, err)
	}
	return nil
}

// Close stops the server and deletes its folder.
func (s *Server) Close() error { return errors.Join(s.Stop(), os.RemoveAll(s.folder)) }
