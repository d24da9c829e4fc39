package servers

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// Redis starts a Redis server that is given these settings besides, as on its command
// line: "--requirepass", "secret". It saves nothing, and waits for no replica: not for
// others to come when it begins to feed one, nor for it to catch up at the end.
func Redis(settings ...string) (*Server, error) {
	return run(redisKind("redis", settings))
}

func redisKind(name string, settings []string) kind {
	return kind{
		name:    name,
		stop:    syscall.SIGTERM,
		prepare: func(*Server) error { return nil },
		command: func(s *Server, port string) *exec.Cmd {
			return exec.Command("redis-server", append([]string{"--port", port, "--bind", "127.0.0.1",
				"--dir", s.folder, "--save", "", "--appendonly", "no",
				"--repl-diskless-sync-delay", "0", "--shutdown-timeout", "0"}, settings...)...)
		},
		ping: pingRedis,
	}
}

// pingRedis asks as anyone may: "NOAUTH" is an answer, too.
func pingRedis(ctx context.Context, s *Server) error {
	answer, err := s.ask(ctx, "PING")
	if err == nil && !strings.HasPrefix(answer, "+PONG") && !strings.HasPrefix(answer, "-NOAUTH") {
		err = fmt.Errorf("it says %q", answer)
	}
	return err
}

// ask sends a command in the way of a terminal, which Redis understands, and returns
// what comes first. For more than a test's own start there is a client library.
func (s *Server) ask(ctx context.Context, command string) (string, error) {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", s.address)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(5 * time.Second)); err != nil {
		return "", err
	}
	if _, err := io.WriteString(conn, command+"\r\n"); err != nil {
		return "", err
	}
	buf := make([]byte, 4096)
	n, err := conn.Read(buf)
	return string(buf[:n]), err
}

// RedisTLS starts a Redis server that speaks TLS alone, with the certificate and the
// key in these PEM files, and these settings besides.
func RedisTLS(certificate, key string, settings ...string) (*Server, error) {
	k := redisKind("redis-tls", settings)
	plain := k.command
	k.command = func(s *Server, port string) *exec.Cmd {
		cmd := plain(s, "0")
		cmd.Args = append(cmd.Args, "--tls-port", port, "--tls-cert-file", certificate, "--tls-key-file", key,
			"--tls-auth-clients", "no")
		return cmd
	}
	k.ping = func(ctx context.Context, s *Server) error {
		conn, err := new(net.Dialer).DialContext(ctx, "tcp", s.address)
		if err != nil {
			return err
		}
		return conn.Close()
	}
	return run(k)
}

// A Group is several servers that belong together.
type Group struct{ all []*Server }

// Servers returns the servers, in the order in which they were started.
func (g *Group) Servers() []*Server { return g.all }

// Addresses returns the addresses of the servers.
func (g *Group) Addresses() (all []string) {
	for _, s := range g.all {
		all = append(all, s.Address())
	}
	return all
}

// Close stops the servers and deletes their folders.
func (g *Group) Close() (err error) {
	for _, s := range g.all {
		err = errors.Join(err, s.Close())
	}
	return err
}

func (g *Group) add(k kind) (*Server, error) {
	s, err := run(k)
	if err == nil {
		g.all = append(g.all, s)
	}
	return s, err
}

// grown returns the group that build builds, or nothing of it.
func grown(name string, build func(*Group) error) (*Group, error) {
	g := new(Group)
	if err := build(g); err != nil {
		return nil, errors.Join(fmt.Errorf("servers: %s: %w", name, err), g.Close())
	}
	return g, nil
}

// RedisCluster starts a cluster of three primaries with a replica each.
func RedisCluster() (*Group, error) { return grown("redis cluster", buildCluster) }

func buildCluster(g *Group) error {
	const servers = 6
	settings := []string{"--cluster-enabled", "yes", "--cluster-node-timeout", "2000"}
	for range servers {
		if err := g.addClustered(settings); err != nil {
			return err
		}
	}
	create := []string{"--cluster", "create", "--cluster-replicas", "1", "--cluster-yes"}
	cmd := exec.Command("redis-cli", append(create, g.Addresses()...)...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", missing(err), out)
	}
	for _, s := range g.all {
		if err := s.waitFor("CLUSTER INFO", "cluster_state:ok"); err != nil {
			return err
		}
	}
	return nil
}

// addClustered adds a server whose second port, by which the servers of a cluster
// talk, is free as well.
func (g *Group) addClustered(settings []string) error {
	bus, err := freeAddress()
	if err != nil {
		return err
	}
	_, port, err := net.SplitHostPort(bus)
	if err != nil {
		return err
	}
	_, err = g.add(redisKind("redis-cluster", append([]string{"--cluster-port", port}, settings...)))
	return err
}

// waitFor asks until the answer has words in it.
func (s *Server) waitFor(command, words string) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		answer, err := s.ask(ctx, command)
		if err == nil && strings.Contains(answer, words) {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("no %q for %v, but %q (%v)", words, patience, answer, err)
		case <-tick.C:
		}
	}
}

// SentinelMaster is the name by which the Sentinel of [RedisSentinel] knows the
// primary.
const SentinelMaster = "coatcheck"

// RedisSentinel starts a primary, a replica of it, and a Sentinel that watches them,
// in this order.
func RedisSentinel() (*Group, error) { return grown("redis sentinel", buildSentinel) }

func buildSentinel(g *Group) error {
	primary, err := g.add(redisKind("redis-primary", nil))
	if err != nil {
		return err
	}
	host, port, err := net.SplitHostPort(primary.Address())
	if err != nil {
		return err
	}
	if _, err := g.add(redisKind("redis-replica", []string{"--replicaof", host + " " + port})); err != nil {
		return err
	}
	if err := primary.waitFor("INFO replication", "state=online"); err != nil {
		return err
	}
	sentinel, err := g.add(sentinelKind(host, port))
	if err != nil {
		return err
	}
	return sentinel.waitFor("SENTINEL REPLICAS "+SentinelMaster, "runid")
}

// sentinelKind is a Sentinel, which writes to its own settings.
func sentinelKind(host, port string) kind {
	k := redisKind("redis-sentinel", nil)
	k.prepare = func(s *Server) error {
		text := fmt.Sprintf("dir %s\nbind 127.0.0.1\nsentinel monitor %s %s %s 1\n"+
			"sentinel down-after-milliseconds %[2]s 1000\nsentinel failover-timeout %[2]s 5000\n",
			s.folder, SentinelMaster, host, port)
		return os.WriteFile(s.sentinelSettings(), []byte(text), 0o600)
	}
	k.command = func(s *Server, port string) *exec.Cmd {
		return exec.Command("redis-sentinel", s.sentinelSettings(), "--port", port)
	}
	return k
}

func (s *Server) sentinelSettings() string { return filepath.Join(s.folder, "sentinel.conf") }
