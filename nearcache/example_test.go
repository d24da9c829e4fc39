package nearcache_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/memstore"
	"github.com/coatcheck-go/session/nearcache"
	"github.com/coatcheck-go/session/nearcache/membus"
)

// Two processes with one store: what the one deletes, the other doesn't have in its
// cache any more. Real processes would share a server, and its bus.
func Example() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	store, bus := memstore.New(memstore.Options{}), &membus.Bus{}
	process := func() *nearcache.Store {
		near, err := nearcache.New(store, nearcache.Options{Bus: bus, Lease: 500 * time.Millisecond})
		if err != nil {
			panic(err)
		}
		go near.Run(ctx)
		if err := near.Ready(ctx); err != nil { // a site needn't wait for this
			panic(err)
		}
		return near
	}
	one, two := process(), process()

	const key = session.Key("a hash of the visitor's token")
	_, _ = one.Create(ctx, key, session.Record{Data: "cart: 3 coats", Expires: time.Now().Add(time.Hour)})
	_, _ = two.Load(ctx, key) // asks the store
	rec, err := two.Load(ctx, key)
	fmt.Println(rec.Data, err, two.Stats().Entries)

	fmt.Println(one.Delete(ctx, key))
	_, err = two.Load(ctx, key)
	fmt.Println(errors.Is(err, session.ErrNotFound), two.Stats().Entries)
	// Output:
	// cart: 3 coats <nil> 1
	// <nil>
	// true 0
}
