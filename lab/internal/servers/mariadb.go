package servers

import (
	"context"
	"database/sql"
	"errors"
	"os/exec"
	"path/filepath"
	"syscall"

	_ "github.com/go-sql-driver/mysql"
)

// MariaDB starts a MariaDB server. It doesn't wait for the disk.
func MariaDB() (*Server, error) { return mariadb("0") }

// MariaDBDurable starts a MariaDB server that has each commit on disk before it says
// so, as it does by default.
func MariaDBDurable() (*Server, error) { return mariadb("1") }

// mariadb gives the server a folder of its own for temporary files, since at its
// start it deletes those of others.
func mariadb(flush string) (*Server, error) {
	user, err := unprivileged("mysql", "nobody")
	if err != nil {
		return nil, err
	}
	return run(kind{
		name: "mariadb",
		user: user,
		stop: syscall.SIGTERM,
		prepare: func(s *Server) error {
			return s.runOnce(exec.Command("mariadb-install-db", "--no-defaults", "--datadir="+s.data(), "--tmpdir="+s.folder,
				"--auth-root-authentication-method=normal", "--skip-test-db"))
		},
		command: func(s *Server, port string) *exec.Cmd {
			return exec.Command(mariadbd(), "--no-defaults", "--datadir="+s.data(), "--tmpdir="+s.folder,
				"--bind-address=127.0.0.1", "--port="+port, "--socket="+filepath.Join(s.folder, "socket"),
				"--pid-file="+filepath.Join(s.folder, "pid"), "--innodb-flush-log-at-trx-commit="+flush, "--innodb-lock-wait-timeout=10")
		},
		ping: func(ctx context.Context, s *Server) error {
			db, err := sql.Open("mysql", s.MySQLName("root", "mysql"))
			if err != nil {
				return err
			}
			return errors.Join(db.PingContext(ctx), db.Close())
		},
	})
}

// MySQLName is the data source name by which user reaches the database. The
// user root may do all.
func (s *Server) MySQLName(user, database string) string {
	return user + "@tcp(" + s.address + ")/" + database
}

// mariadbd is where a user's PATH has no /usr/sbin, too.
func mariadbd() string {
	if path, err := exec.LookPath("mariadbd"); err == nil {
		return path
	}
	return "/usr/sbin/mariadbd"
}
