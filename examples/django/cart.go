package main

import (
	"net/http"
	"slices"

	"github.com/coatcheck-go/session"
)

// shop is what can be bought.
var shop = []string{"umbrella", "scarf", "hat"}

// addToCart changes the dict under "cart".
func (s *site) addToCart(w http.ResponseWriter, r *http.Request) error {
	item := r.PostFormValue("item")
	if !slices.Contains(shop, item) {
		http.Error(w, "There is no such thing in the shop.", http.StatusBadRequest)
		return nil
	}
	err := session.Update(session.From(r), "cart", func(cart *map[string]int) error {
		if *cart == nil {
			*cart = map[string]int{}
		}
		(*cart)[item]++
		return nil
	})
	if err != nil {
		return err
	}
	return s.back(w, r, "/cart/", "one more "+item+" in the cart.")
}

func (s *site) emptyCart(w http.ResponseWriter, r *http.Request) error {
	if err := session.From(r).Delete("cart"); err != nil {
		return err
	}
	return s.back(w, r, "/cart/", "the cart is empty.")
}
