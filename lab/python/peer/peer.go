// Package peer talks to the real Python packages: one process for a whole run, a
// line of JSON for each question and each answer.
package peer

import (
	"bufio"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
)

//go:embed peer.py
var program string

// A Peer is a running Python process. It takes one question at a time.
type Peer struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

// Start starts the Python of COATCHECK_PYTHON, or the one that
// scripts/python-peers.sh has made. The process ends with Close or ctx.
func Start(ctx context.Context) (*Peer, error) { return Run(ctx, program) }

// Run is Start with another program, which gets the arguments.
func Run(ctx context.Context, program string, args ...string) (*Peer, error) {
	python, err := Interpreter()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, python, append([]string{"-c", program}, args...)...)
	cmd.Stderr = os.Stderr
	return start(cmd)
}

func start(cmd *exec.Cmd) (p *Peer, err error) {
	p = &Peer{cmd: cmd}
	if p.in, err = cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.out = bufio.NewReaderSize(out, 1<<20)
	return p, cmd.Start()
}

// Interpreter returns the path of that Python.
func Interpreter() (string, error) {
	if python := os.Getenv("COATCHECK_PYTHON"); python != "" {
		return python, nil
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	python := filepath.Join(cache, "coatcheck", "python", "bin", "python")
	if _, err := os.Stat(python); err != nil {
		return "", errors.New("no Python with itsdangerous, Flask, Django and PyJWT: run scripts/python-peers.sh, or set COATCHECK_PYTHON")
	}
	return python, nil
}

// Ask sends a question and stores the answer in what answer points to.
func (p *Peer) Ask(question, answer any) error {
	line, err := json.Marshal(question)
	if err != nil {
		return err
	}
	if _, err := p.in.Write(append(line, '\n')); err != nil {
		return fmt.Errorf("peer: ask: %w", err)
	}
	if line, err = p.out.ReadBytes('\n'); err != nil {
		return fmt.Errorf("peer: no answer: %w", err)
	}
	return json.Unmarshal(line, answer)
}

// Close ends the process.
func (p *Peer) Close() error {
	return errors.Join(p.in.Close(), p.cmd.Wait())
}
