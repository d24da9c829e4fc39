package servers

import (
	"fmt"
	"os/exec"
	"strconv"
)

// NoLimit is for [Server.LimitFiles].
const NoLimit = "unlimited"

// LimitFiles lets the server make no file larger than so many bytes, as if its disk
// were full, until it is called with [NoLimit]. The server goes on as it is.
func (s *Server) LimitFiles(bytes string) error {
	pids, err := s.Processes()
	if err != nil {
		return fmt.Errorf("servers: limit %s: %w", s.kind.name, err)
	}
	for _, pid := range pids {
		cmd := exec.Command("prlimit", "--pid", strconv.Itoa(pid), "--fsize="+bytes+":") // the colon: may be undone
		if out, err := s.kind.user.run(cmd).CombinedOutput(); err != nil {               // its user may
			return fmt.Errorf("servers: limit %s: %w: %s", s.kind.name, missing(err), out)
		}
	}
	return nil
}
