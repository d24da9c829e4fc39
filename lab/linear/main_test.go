// Package linear checks that stores are linearizable: two processes with many clients
// make calls, some of which end too early for their outcome to be known, and Porcupine
// looks for an order of all calls, consistent with when each began and ended, in which
// every answer is right. If there is none, somebody has seen what can't be: a session
// that was ended, an update that was lost.
package linear

import (
	"os"
	"testing"

	"github.com/coatcheck-go/session/lab/internal/peer"
)

func TestMain(m *testing.M) {
	if !peer.Main(newAgent) {
		os.Exit(m.Run())
	}
}
