package racetest

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
)

// A Node is one process of the site.
type Node interface {
	// RoundTrip answers a request. Only its path, query and cookies matter.
	RoundTrip(*http.Request) (*http.Response, error)
}

// Local is a node in this process: what [NewSite] returned.
func Local(site http.Handler) Node { return local{site} }

type local struct{ site http.Handler }

func (l local) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	l.site.ServeHTTP(w, r)
	return w.Result(), nil
}

// Remote is a node in another process, which serves what [NewSite] returned at
// address, a loopback host and port.
func Remote(address string) Node {
	return remote{address, &http.Transport{MaxIdleConnsPerHost: 2 * batch}}
}

type remote struct {
	address   string
	transport *http.Transport
}

func (p remote) RoundTrip(r *http.Request) (*http.Response, error) {
	r.URL.Scheme, r.URL.Host = "http", p.address
	return p.transport.RoundTrip(r)
}

// An answer is what came of a request.
type answer struct {
	status int
	token  string // that it set
	err    error
}

// A request is what a visitor sends.
type request struct {
	node  Node
	token string // "" for none
	path  string
	query url.Values
	body  any // the response is decoded into it, if it isn't nil
}

// send sends r, and sees to it that the answer is one a sound site may give.
func (r request) send(ctx context.Context) (a answer) {
	hr := (&http.Request{
		Method: http.MethodGet, Host: "site.example", Header: http.Header{},
		URL: &url.URL{Path: r.path, RawQuery: r.query.Encode()},
	}).WithContext(ctx)
	if r.token != "" {
		hr.AddCookie(&http.Cookie{Name: cookieName, Value: r.token})
	}
	response, err := r.node.RoundTrip(hr)
	if err != nil {
		return answer{err: err}
	}
	defer response.Body.Close()
	for _, c := range response.Cookies() {
		a.token = c.Value
	}
	a.status = response.StatusCode
	body, err := io.ReadAll(response.Body)
	switch {
	case err != nil:
		a.err = err
	case a.status != http.StatusOK && a.status != http.StatusConflict:
		a.err = fmt.Errorf("%s was answered %d: %s", r.path, a.status, body)
	case r.body != nil:
		a.err = json.Unmarshal(body, r.body)
	}
	return a
}
