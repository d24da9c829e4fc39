package racetest

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
)

// A visitor is signed in, as a subject of its own.
type visitor struct {
	site    Site
	number  int
	subject url.Values
	token   string
	handle  string
}

// visitors signs n in.
func (s Site) visitors(n int) ([]visitor, error) {
	all := make([]visitor, n)
	err := each(n, func(i int) error {
		v := visitor{site: s, number: i, subject: url.Values{"subject": {name("subject")}}}
		var page shown
		a := v.ask(0, "", "/login", v.subject, &page)
		v.token, v.handle = a.token, page.Handle
		all[i] = v
		return ok(a)
	})
	return all, err
}

// request is one to a node: which of the two is turned round with each visitor.
func (v visitor) request(node int, token, path string, query url.Values) request {
	return request{node: v.site[(node+v.number)%2], token: token, path: path, query: query}
}

func (v visitor) ask(node int, token, path string, query url.Values, body any) answer {
	r := v.request(node, token, path, query)
	r.body = body
	return r.send(context.Background())
}

// show returns the session that token stands for; with no handle if it is dead.
func (v visitor) show(token string) (page shown, err error) {
	a := v.ask(1, token, "/show", nil, &page)
	return page, a.err
}

// sessions returns how many sessions the visitor's subject has.
func (v visitor) sessions() (n int, err error) {
	a := v.ask(0, "", "/sessions", v.subject, &n)
	return n, a.err
}

func ok(a answer) error {
	if a.err != nil || a.status == http.StatusOK {
		return a.err
	}
	return fmt.Errorf("answered %d", a.status)
}
