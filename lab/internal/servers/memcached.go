package servers

import (
	"context"
	"fmt"
	"net"
	"os/exec"
	"syscall"
)

// Memcached starts a memcached server that takes items of up to 4 MiB, since every
// session store takes sessions of 1 MiB. When it stops it forgets all.
func Memcached() (*Server, error) {
	user, err := unprivileged("memcache", "nobody")
	if err != nil {
		return nil, fmt.Errorf("servers: memcached: %w", err)
	}
	return run(kind{
		name:    "memcached",
		user:    user,
		stop:    syscall.SIGTERM,
		prepare: func(*Server) error { return nil },
		command: func(_ *Server, port string) *exec.Cmd {
			return exec.Command("memcached", "--listen=127.0.0.1", "--port="+port, "--udp-port=0",
				"--max-item-size=4m", "--memory-limit=256")
		},
		ping: func(ctx context.Context, s *Server) error {
			conn, err := new(net.Dialer).DialContext(ctx, "tcp", s.address)
			if err != nil {
				return err
			}
			return conn.Close()
		},
	})
}
