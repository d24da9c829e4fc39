package main

import (
	"database/sql"
	"errors"
	"net/http"
	"slices"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/compat/django/password"
)

// login checks a password against Django's own user table.
func (s *site) login(w http.ResponseWriter, r *http.Request) error {
	var id, encoded string
	err := s.db.QueryRowContext(r.Context(), "SELECT id, password FROM auth_user WHERE username = ? AND is_active", r.PostFormValue("username")).Scan(&id, &encoded)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	ok, _, err := password.Check(password.Default, r.PostFormValue("password"), encoded) // as long for a user who isn't there
	if err != nil {
		return err
	}
	if !ok {
		return s.back(w, r, "/login/", "no such user, or another password.")
	}
	if err := errors.Join(session.From(r).Login(id), s.CSRF.Rotate(w, r)); err != nil {
		return err
	}
	return s.back(w, r, "/", "welcome.")
}

func (s *site) logout(w http.ResponseWriter, r *http.Request) error {
	if err := session.From(r).Destroy(); err != nil {
		return err
	}
	return s.back(w, r, "/", "goodbye.")
}

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
