package session_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/memstore"
)

// Basket is a type of the application's own. It needs no registration.
type Basket struct {
	Items map[string]int
}

// add returns a function that puts something in a basket.
func add(item string) func(*Basket) error {
	return func(b *Basket) error {
		if b.Items == nil {
			b.Items = map[string]int{}
		}
		b.Items[item]++
		return nil
	}
}

// Two requests of one visitor overlap: both have read the basket before either saves it.
// Update makes the second one's change again on what the first one saved.
func ExampleUpdate() {
	ctx := context.Background()
	m, err := session.New(session.Config{Store: memstore.New(memstore.Options{})})
	if err != nil {
		log.Fatal(err)
	}
	visitor := m.New(ctx)
	if err := errors.Join(session.Update(visitor, "basket", add("tea")), visitor.Save()); err != nil {
		log.Fatal(err)
	}

	first, err1 := m.Open(ctx, visitor.Token())
	second, err2 := m.Open(ctx, visitor.Token())
	if err := errors.Join(err1, err2); err != nil {
		log.Fatal(err)
	}
	err = errors.Join(
		session.Update(first, "basket", add("tea")),
		session.Update(second, "basket", add("cake")),
		first.Save(),
		second.Save(),
	)
	basket, readErr := session.Get[Basket](second, "basket")
	fmt.Println(basket.Items, errors.Join(err, readErr))
	// Output: map[cake:1 tea:2] <nil>
}
