package main

import (
	"net/http"
	"slices"

	"github.com/coatcheck-go/session"
)

// shop is what can be bought.
var shop = []string{"umbrella", "scarf", "hat"}

// A cart is the value under "cart". In Flask it is a dict.
type cart struct {
	Lines []line `json:"lines"`
}

type line struct {
	Item  string `json:"item"`
	Count int    `json:"count"`
}

func (c *cart) add(item string) {
	i := slices.IndexFunc(c.Lines, func(l line) bool { return l.Item == item })
	if i < 0 {
		c.Lines = append(c.Lines, line{item, 1})
		return
	}
	c.Lines[i].Count++
}

func addToCart(w http.ResponseWriter, r *http.Request) error {
	item := r.PostFormValue("item")
	if !slices.Contains(shop, item) {
		http.Error(w, "There is no such thing in the shop.", http.StatusBadRequest)
		return nil
	}
	if err := session.Update(session.From(r), "cart", func(c *cart) error { c.add(item); return nil }); err != nil {
		return err
	}
	return back(w, r, "/cart", "one more "+item+" in the cart.")
}

func emptyCart(w http.ResponseWriter, r *http.Request) error {
	if err := session.From(r).Delete("cart"); err != nil {
		return err
	}
	return back(w, r, "/cart", "the cart is empty.")
}
