package flask

import (
	"sync"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
)

// An Engine and a Codec serve any number of requests at once.
func TestEngine_Parallel(t *testing.T) {
	s := newSite(t, newEngine(t, Options{Tags: []Tag{pointTag}, RenewFallbacks: true, IDKey: "_id"}).Config(session.Config{}))
	token := session.Token(seal(t, `{"_permanent":true,"a":{" t":[1]},"username":"alice"}`, time.Now()))
	start := make(chan struct{})
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			<-start
			ss, err := s.m.Open(t.Context(), token)
			if err != nil {
				t.Error(err)
				return
			}
			_, errItems := ss.Items()
			check(t, firstErr(errItems, ss.Set("p", point{i, i}), ss.AddFlash(session.Flash{Message: "hi"}), ss.Save()))
			if p, err := session.Get[point](ss, "p"); p != (point{i, i}) || err != nil {
				t.Errorf("%v, %v", p, err)
			}
		})
	}
	close(start)
	all.Wait()
}
