package redis

import (
	"errors"
	"strconv"
	"sync"
	"testing"

	"github.com/coatcheck-go/session"
)

// Who ends all sessions of a user on a cluster ends those that are being rotated, too,
// though a rotation isn't one step there.
func TestEndDuringRotationInCluster(t *testing.T) {
	const rounds = 200
	prefix := newPrefix()
	one := newCluster(t, newClient(t, clusterOption()), prefix)
	two := newCluster(t, newClient(t, clusterOption()), prefix)
	for i := range rounds {
		from, to := session.Key("from "+strconv.Itoa(i)), session.Key("to "+strconv.Itoa(i))
		rec, moved := record("one"), record("moved")
		moved.Subject = ""
		version, err := one.Create(t.Context(), from, rec)
		must(t, err)
		rec.Version = version
		start := make(chan struct{})
		var both sync.WaitGroup
		both.Go(func() {
			<-start
			_, err := session.Replace(t.Context(), one, from, rec, moved, to, rec)
			if err != nil && !errors.Is(err, session.ErrNotFound) {
				t.Errorf("Replace: %v", err)
			}
		})
		both.Go(func() {
			<-start
			if _, err := two.DeleteBySubject(t.Context(), "somebody"); err != nil {
				t.Errorf("DeleteBySubject: %v", err)
			}
		})
		close(start)
		both.Wait()
		if _, err := one.Load(t.Context(), to); !errors.Is(err, session.ErrNotFound) {
			t.Fatalf("round %d: the rotated session is there (%v)", i, err)
		}
	}
}
