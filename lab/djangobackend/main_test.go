package main

import (
	"bufio"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// What all tests have: the built program, and the addresses of servers as JSON.
var program, addresses string

func TestMain(m *testing.M) {
	flag.Parse()
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// run runs the tests beside the servers of command servers.
func run(m *testing.M) (code int, err error) {
	folder, err := os.MkdirTemp("", "coatcheck-djangobackend-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(folder)
	if out, err := exec.Command("go", "build", "-o", folder, ".", "./servers").CombinedOutput(); err != nil {
		return 0, fmt.Errorf("go build: %w\n%s", err, out)
	}
	program = filepath.Join(folder, "djangobackend")
	servers := exec.Command(filepath.Join(folder, "servers"))
	servers.Stderr = os.Stderr
	in, err := servers.StdinPipe()
	if err != nil {
		return 0, err
	}
	out, err := servers.StdoutPipe()
	if err != nil {
		return 0, err
	}
	if err := servers.Start(); err != nil {
		return 0, err
	}
	if addresses, err = bufio.NewReader(out).ReadString('\n'); err != nil {
		return 0, fmt.Errorf("the servers don't start: %w", err)
	}
	code = m.Run()
	_ = in.Close() // they end with it
	return code, servers.Wait()
}
