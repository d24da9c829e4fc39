package races

import (
	"bufio"
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

// peerVariable tells this program that it is the other process of a site, and on
// which store.
const peerVariable = "COATCHECK_LAB_RACES_STORE"

func TestMain(m *testing.M) {
	if store := os.Getenv(peerVariable); store != "" {
		if err := serve(store); err != nil {
			fmt.Fprintln(os.Stderr, "peer:", err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// serve prints the address it listens on, and ends when its input does.
func serve(store string) error {
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
	if err := server.Serve(listener); err != http.ErrServerClosed {
		return err
	}
	return nil
}

// local returns a node in this process.
func local(t *testing.T, store string) racetest.Node {
	t.Helper()
	site, err := newSite(store)
	if err != nil {
		t.Fatal(err)
	}
	return racetest.Local(site)
}

// peer starts another process and returns it as a node. It ends with the test.
func peer(t *testing.T, store string) racetest.Node {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), peerVariable+"="+store)
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
