package sealed_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/keyring"
	"github.com/coatcheck-go/session/memstore"
	"github.com/coatcheck-go/session/sealed"
)

// With records, what a cookie says is good for as long as the session lasts, and no longer.
func Example() {
	ring, err := keyring.New(keyring.Generate()) // a real site: keyring.File or keyring.FromEnv
	if err != nil {
		log.Fatal(err)
	}
	engine, err := sealed.New(ring, sealed.Options{Records: memstore.New(memstore.Options{})})
	if err != nil {
		log.Fatal(err)
	}
	m, err := session.New(session.Config{Engine: engine, App: "shop"})
	if err != nil {
		log.Fatal(err)
	}

	ctx := context.Background()
	s := m.New(ctx) // in a handler: session.From(r)
	if err := errors.Join(s.Login("alice"), s.Set("cart", "tea"), s.Save()); err != nil {
		log.Fatal(err)
	}
	copied := s.Token()
	fmt.Println(m.Exists(ctx, copied))
	fmt.Println(m.EndAll(ctx, "alice"))
	fmt.Println(m.Exists(ctx, copied))
	// Output:
	// true <nil>
	// 1 <nil>
	// false <nil>
}
