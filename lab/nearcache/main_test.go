// Package nearcache tests package nearcache over real servers, with two processes.
package nearcache

import (
	"errors"
	"fmt"
	"os"
	"testing"

	"github.com/coatcheck-go/session/lab/internal/peer"
)

func TestMain(m *testing.M) {
	if peer.Main(newPeer) {
		return
	}
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// run runs the tests on servers of their own.
func run(m *testing.M) (code int, err error) {
	for _, b := range backends {
		if b.server, err = b.start(); err != nil {
			return 0, err
		}
		defer func() { err = errors.Join(err, b.server.Close()) }()
	}
	return m.Run(), nil
}
