package servers

import (
	"errors"
	"fmt"
	"os/exec"
	"strconv"
)

// NoLimit is for [Server.LimitFiles].
const NoLimit = "unlimited"

// LimitFiles lets the server make no file larger than so many bytes, as if its disk
// were full, until it is called with [NoLimit]. The server goes on as it is.
func (s *Server) LimitFiles(bytes string) error {
	err := s.limit(s.process.cmd.Process.Pid, bytes) // first, for those that it starts from now on
	if err != nil {
		return err
	}
	pids, err := s.Processes()
	for _, pid := range pids {
		if failed := s.limit(pid, bytes); failed != nil && len(living([]int{pid})) > 0 {
			err = errors.Join(err, failed)
		}
	}
	return err
}

// limit runs as the server's user, who may do it. The colon lets it be undone.
func (s *Server) limit(pid int, bytes string) error {
	cmd := s.kind.user.run(exec.Command("prlimit", "--pid", strconv.Itoa(pid), "--fsize="+bytes+":"))
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("servers: limit %s: %w: %s", s.kind.name, missing(err), out)
	}
	return nil
}
