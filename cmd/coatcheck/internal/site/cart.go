package site

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/coatcheck-go/session"
)

const (
	cartKey  = "cart"
	maxCount = 99
)

// A cart is one value of the session. It needs no registration: Get and Update
// decode straight into it.
type cart struct {
	Lines []cartLine `json:"lines"`
}

type cartLine struct {
	Item  string `json:"item"`
	Count int    `json:"count"`
}

// set makes it count pieces of item; 0 removes the line.
func (c *cart) set(item string, count int) {
	i := slices.IndexFunc(c.Lines, func(l cartLine) bool { return l.Item == item })
	count = max(0, min(count, maxCount))
	switch {
	case i >= 0 && count == 0:
		c.Lines = slices.Delete(c.Lines, i, i+1)
	case i >= 0:
		c.Lines[i].Count = count
	case count > 0:
		c.Lines = append(c.Lines, cartLine{item, count})
	}
}

func (c *cart) count(item string) int {
	for _, l := range c.Lines {
		if l.Item == item {
			return l.Count
		}
	}
	return 0
}

// An item is something in the shop.
type item struct {
	ID, Name string
	Cents    int
}

func (i item) Price() string { return price(i.Cents) }

var shop = []item{
	{"umbrella", "Umbrella", 1990},
	{"scarf", "Scarf", 2450},
	{"hat", "Hat", 3900},
	{"gloves", "Gloves", 1575},
}

func findItem(id string) (item, error) {
	i := slices.IndexFunc(shop, func(i item) bool { return i.ID == id })
	if i < 0 {
		return item{}, &httpError{http.StatusBadRequest, "There is no such thing in the shop."}
	}
	return shop[i], nil
}

func price(cents int) string { return fmt.Sprintf("€ %d.%02d", cents/100, cents%100) }

// cartView is what the template shows.
type cartView struct {
	Shop  []item
	Lines []lineView
	Total string
	Odd   bool // the session holds something under our key that is no cart of ours
}

type lineView struct {
	item
	Count int
	Sum   string
}

func view(c cart) cartView {
	v := cartView{Shop: shop}
	total := 0
	for _, i := range shop {
		if n := min(c.count(i.ID), maxCount); n > 0 {
			v.Lines = append(v.Lines, lineView{i, n, price(n * i.Cents)})
			total += n * i.Cents
		}
	}
	v.Total = price(total)
	return v
}

func (s *site) cartPage(w http.ResponseWriter, r *http.Request) error {
	p, err := s.newPage(w, r, "cart", "Cart")
	if err != nil {
		return err
	}
	v := view(value[cart](p, cartKey))
	has, err := p.Session.Has(cartKey)
	if err != nil {
		return err
	}
	v.Odd = has && len(v.Lines) == 0
	p.Data = v
	return s.render(w, r, p)
}

func (s *site) cartAdd(w http.ResponseWriter, r *http.Request) error {
	return s.changeCart(w, r, "%s: one more in the cart.", func(c *cart, id string) {
		c.set(id, c.count(id)+1)
	})
}

func (s *site) cartChange(w http.ResponseWriter, r *http.Request) error {
	count, err := strconv.Atoi(r.PostFormValue("count"))
	if err != nil || count < 0 || count > maxCount {
		return s.seeOther(w, r, "/cart", session.Warning, fmt.Sprintf("The number must be from 0 to %d.", maxCount))
	}
	return s.changeCart(w, r, "%s: changed in the cart.", func(c *cart, id string) {
		c.set(id, count)
	})
}

func (s *site) cartRemove(w http.ResponseWriter, r *http.Request) error {
	return s.changeCart(w, r, "%s: removed from the cart.", func(c *cart, id string) {
		c.set(id, 0)
	})
}

// changeCart lets change work on the cart. Should another request of this visitor
// save first, change is made again on what that one saved: nothing gets lost.
func (s *site) changeCart(w http.ResponseWriter, r *http.Request, done string, change func(*cart, string)) error {
	i, err := findItem(r.PostFormValue("item"))
	if err != nil {
		return err
	}
	sess := session.From(r)
	if err := session.Update(sess, cartKey, func(c *cart) error { change(c, i.ID); return nil }); err != nil {
		return err
	}
	return s.seeOther(w, r, "/cart", session.Success, fmt.Sprintf(done, i.Name))
}

func (s *site) cartClear(w http.ResponseWriter, r *http.Request) error {
	if err := session.From(r).Delete(cartKey); err != nil {
		return err
	}
	return s.seeOther(w, r, "/cart", session.Success, "The cart is empty: its key was deleted.")
}
