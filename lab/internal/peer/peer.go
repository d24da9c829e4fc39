// Package peer gives a test another process of the site under test: the test's
// own program, run again.
package peer

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/coatcheck-go/session/internal/racetest"
)

// variable tells this program that it is a peer, and on which store.
const variable = "COATCHECK_LAB_PEER_STORE"

// Main is for TestMain: it returns false at once unless this process is a peer. A
// peer serves what newSite makes of the store until its input ends.
func Main(newSite func(store string) (http.Handler, error)) (was bool) {
	store, was := os.LookupEnv(variable)
	if !was {
		return false
	}
	if err := serve(newSite, store); err != nil {
		fmt.Fprintln(os.Stderr, "peer:", err)
		os.Exit(1)
	}
	return true
}

// serve prints the address it listens on.
func serve(newSite func(store string) (http.Handler, error), store string) error {
	site, err := newSite(store)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: site}
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		_ = server.Close()
	}()
	fmt.Println(listener.Addr())
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// Start starts a peer on the store, whose TestMain calls [Main]. It ends with the
// test.
func Start(t *testing.T, store string) racetest.Node {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), variable+"="+store)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = in.Close()
		if err := cmd.Wait(); err != nil {
			t.Errorf("the other process: %v", err)
		}
	})
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the other process didn't start: %v", err)
	}
	return racetest.Remote(strings.TrimSpace(address))
}
