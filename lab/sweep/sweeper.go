package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"

	"github.com/coatcheck-go/session"
)

// fileVariable tells a process that it is the sweeper, and of which file.
const fileVariable = "COATCHECK_LAB_SWEEP_FILE"

// batch is what `coatcheck sweep` and session.SweepEvery delete at a time.
const batch = 500

// What the sweeper answers after a turn.
const (
	more   = "more"
	nomore = "no more"
)

// sweepFile is the sweeper's work: it reads from in how long it shall sweep, and
// writes to out when it has done so.
func sweepFile(ctx context.Context, file string, in io.Reader, out io.Writer) (err error) {
	t, err := openTable(ctx, file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, t.Close()) }()
	for lines := bufio.NewScanner(in); lines.Scan(); {
		turn, err := time.ParseDuration(lines.Text())
		if err != nil {
			return err
		}
		answer, err := t.sweepFor(ctx, turn)
		if err != nil {
			return err
		}
		fmt.Fprintln(out, answer)
	}
	return nil
}

func (t *table) sweepFor(ctx context.Context, turn time.Duration) (answer string, err error) {
	for start := time.Now(); time.Since(start) < turn; {
		n, err := session.Sweep(ctx, t.store, batch)
		if err != nil || n < batch {
			return nomore, err
		}
	}
	return more, nil
}

// A sweeper is a process that sweeps when told to.
type sweeper struct {
	cmd   *exec.Cmd
	in    io.WriteCloser
	out   *bufio.Scanner
	ended bool // nothing is left to sweep
}

func startSweeper(ctx context.Context, file string) (*sweeper, error) {
	cmd := exec.CommandContext(ctx, os.Args[0])
	cmd.Env = append(os.Environ(), fileVariable+"="+file)
	cmd.Stderr = os.Stderr
	in, inErr := cmd.StdinPipe()
	out, outErr := cmd.StdoutPipe()
	if err := errors.Join(inErr, outErr); err != nil {
		return nil, err
	}
	return &sweeper{cmd: cmd, in: in, out: bufio.NewScanner(out)}, cmd.Start()
}

// sweep lets it sweep for a turn.
func (s *sweeper) sweep(turn time.Duration) error {
	if _, err := fmt.Fprintln(s.in, turn); err != nil {
		return err
	}
	if !s.out.Scan() {
		return fmt.Errorf("the sweeper gave no answer: %w", s.out.Err())
	}
	s.ended = s.out.Text() == nomore
	return nil
}

func (s *sweeper) stop() error { return errors.Join(s.in.Close(), s.cmd.Wait()) }
