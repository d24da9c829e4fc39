package servers

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"

	"github.com/jackc/pgx/v5"
)

// Postgres starts a PostgreSQL server. It doesn't wait for the disk.
func Postgres() (*Server, error) { return postgres("off") }

// PostgresDurable starts a PostgreSQL server that has each commit on disk before it
// says so, as it does by default.
func PostgresDurable() (*Server, error) { return postgres("on") }

func postgres(fsync string) (*Server, error) {
	initdb, err := postgresProgram("initdb")
	if err != nil {
		return nil, fmt.Errorf("servers: postgres: %w", err)
	}
	user, err := unprivileged("postgres", "nobody")
	if err != nil {
		return nil, fmt.Errorf("servers: postgres: %w", err)
	}
	return run(kind{
		name: "postgres",
		user: user,
		stop: syscall.SIGINT, // without waiting for its clients
		prepare: func(s *Server) error {
			return s.runOnce(exec.Command(initdb, "--pgdata", s.data(), "--username=coatcheck",
				"--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"))
		},
		command: func(s *Server, port string) *exec.Cmd {
			return exec.Command(filepath.Join(filepath.Dir(initdb), "postgres"), "-D", s.data(),
				"-h", "127.0.0.1", "-p", port, "-k", s.folder,
				"-c", "fsync="+fsync, "-c", "max_connections=100")
		},
		ping: func(ctx context.Context, s *Server) error {
			conn, err := pgx.Connect(ctx, s.PostgresURL("coatcheck"))
			if err != nil {
				return err
			}
			return conn.Close(ctx)
		},
	})
}

// PostgresURL is how user reaches the database. The user coatcheck may do all.
func (s *Server) PostgresURL(user string) string {
	return "postgres://" + user + "@" + s.address + "/postgres?sslmode=disable"
}

// postgresProgram finds a program of the server: on the PATH, or where Debian
// keeps each version's.
func postgresProgram(name string) (string, error) {
	if path, err := exec.LookPath(name); err == nil {
		return path, nil
	}
	paths, err := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	if err == nil && len(paths) > 0 {
		return paths[len(paths)-1], nil
	}
	return "", errors.Join(err, missing(&exec.Error{Name: name, Err: exec.ErrNotFound}))
}

func (s *Server) data() string { return filepath.Join(s.folder, "data") }

// runOnce runs a program that ends by itself.
func (s *Server) runOnce(cmd *exec.Cmd) error {
	cmd = s.kind.user.run(cmd)
	cmd.Dir = s.folder
	cmd.Env = append(os.Environ(), "HOME="+s.folder)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s: %w: %s", cmd.Path, missing(err), out)
	}
	return nil
}
