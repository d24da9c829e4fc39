package main

import (
	"bufio"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/memstore"
)

func serve(t *testing.T) (url string, visitor *http.Client) {
	t.Helper()
	m, err := session.New(session.Config{Store: memstore.New(memstore.Options{})})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewTLSServer(m.Wrap(newSite(time.Millisecond)))
	t.Cleanup(server.Close)
	visitor = server.Client()
	if visitor.Jar, err = cookiejar.New(nil); err != nil {
		t.Fatal(err)
	}
	return server.URL, visitor
}

func post(t *testing.T, c *http.Client, url string) {
	t.Helper()
	res, err := c.Post(url, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s", url, res.Status)
	}
}

func open(t *testing.T, c *http.Client, url string) *http.Response {
	t.Helper()
	res, err := c.Get(url + "/events")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { res.Body.Close() })
	return res
}

func TestStreamFollowsTheSession(t *testing.T) {
	url, visitor := serve(t)
	post(t, visitor, url+"/count")
	res := open(t, visitor, url)
	if got := res.Header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("Cache-Control %q", got)
	}
	stream := bufio.NewReader(res.Body)
	for _, want := range []string{"data: 1\n", "data: 2\n", "data: 3\n"} {
		line, err := stream.ReadString('\n')
		if err != nil || line != want {
			t.Fatalf("got %q, %v, want %q", line, err, want)
		}
		if _, err := stream.ReadString('\n'); err != nil {
			t.Fatal(err)
		}
		if want != "data: 3\n" {
			post(t, visitor, url+"/count")
		}
	}
	post(t, visitor, url+"/end")
	if rest, err := io.ReadAll(stream); len(rest) != 0 || err != nil {
		t.Errorf("after the session's end: %q, %v", rest, err)
	}
	if res := open(t, visitor, url); res.StatusCode != http.StatusNoContent {
		t.Errorf("asked again: %s", res.Status)
	}
}

func TestNoStreamWithoutASession(t *testing.T) {
	url, visitor := serve(t)
	if res := open(t, visitor, url); res.StatusCode != http.StatusNoContent {
		t.Errorf("got %s", res.Status)
	}
}
