package servers

import (
	"fmt"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// Kill ends the server as a crash does, with all processes that it has started. What
// it has stored is kept; [Server.Start] starts it again.
func (s *Server) Kill() error {
	if s.process == nil {
		return nil
	}
	tree, err := s.signal(syscall.SIGSTOP) // nobody may start or clean up anything now
	if err != nil {
		return fmt.Errorf("servers: kill %s: %w", s.kind.name, err)
	}
	for _, pid := range tree {
		_ = syscall.Kill(pid, syscall.SIGKILL) // it may have ended
	}
	<-s.process.ended
	s.process = nil
	for alive := tree; len(alive) > 0; alive = living(tree) {
		time.Sleep(10 * time.Millisecond) // the others are nobody's to wait for
	}
	return nil
}

// Pause makes the server hang: it keeps its connections and its port, and does
// nothing, until [Server.Resume]. A server that is to end must be resumed before.
func (s *Server) Pause() error {
	if _, err := s.signal(syscall.SIGSTOP); err != nil {
		return fmt.Errorf("servers: pause %s: %w", s.kind.name, err)
	}
	return nil
}

// Resume lets a server go on that was paused.
func (s *Server) Resume() error {
	if _, err := s.signal(syscall.SIGCONT); err != nil {
		return fmt.Errorf("servers: resume %s: %w", s.kind.name, err)
	}
	return nil
}

// Processes returns the ids of the server's processes, the one that started the
// others first.
func (s *Server) Processes() ([]int, error) { return descendants(s.process.cmd.Process.Pid) }

// signal sends the signal to the server and then to all that it has started.
func (s *Server) signal(how syscall.Signal) (tree []int, err error) {
	if err := s.process.cmd.Process.Signal(how); err != nil {
		return nil, err
	}
	tree, err = s.Processes()
	for _, pid := range tree {
		_ = syscall.Kill(pid, how) // it may have ended
	}
	return tree, err
}

// descendants returns pid, its children, and theirs.
func descendants(pid int) (tree []int, err error) {
	children := map[int][]int{}
	err = eachProcess(func(pid, parent int, _ string) { children[parent] = append(children[parent], pid) })
	tree = []int{pid}
	for i := 0; i < len(tree); i++ {
		tree = append(tree, children[tree[i]]...)
	}
	return tree, err
}

// living returns those of the processes that haven't ended.
func living(pids []int) (alive []int) {
	states := map[int]string{}
	if err := eachProcess(func(pid, _ int, state string) { states[pid] = state }); err != nil {
		return pids
	}
	for _, pid := range pids {
		if state := states[pid]; state != "" && !strings.HasPrefix(state, "Z") {
			alive = append(alive, pid)
		}
	}
	return alive
}

// eachProcess calls f for all processes of the machine.
func eachProcess(f func(pid, parent int, state string)) error {
	out, err := exec.Command("ps", "-A", "-o", "pid=,ppid=,stat=").Output()
	if err != nil {
		return fmt.Errorf("ps: %w", missing(err))
	}
	for line := range strings.Lines(string(out)) {
		var pid, parent int
		var state string
		if _, err := fmt.Sscan(line, &pid, &parent, &state); err != nil {
			return fmt.Errorf("ps: %w: %s", err, line)
		}
		f(pid, parent, state)
	}
	return nil
}
