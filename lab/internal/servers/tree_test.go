package servers

import (
	"context"
	"errors"
	"testing"
	"time"
)

// A server that is paused answers nobody until it is resumed, and one that was killed
// leaves no process behind, and starts again.
func TestPauseAndKill(t *testing.T) {
	for name, start := range all {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := start()
			if err != nil {
				t.Fatal(err)
			}
			tree, err := s.Processes()
			if err := errors.Join(err, s.Pause()); err != nil {
				t.Error(err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
			defer cancel()
			if err := s.kind.ping(ctx, s); err == nil && name != "memcached" { // its ping is a mere connection
				t.Error("a server that was paused answers")
			}
			if err := errors.Join(s.Resume(), s.kind.ping(t.Context(), s), s.Kill(), s.Kill()); err != nil {
				t.Error(err)
			}
			if left := living(tree); len(left) > 0 {
				t.Errorf("%d of its processes are there", len(left))
			}
			if err := errors.Join(s.Start(), s.Close()); err != nil {
				t.Error(err)
			}
		})
	}
}
