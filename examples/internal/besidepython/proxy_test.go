package besidepython

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
)

func TestProxy(t *testing.T) {
	says := func(side string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Set-Cookie", "session=of-"+side)
			fmt.Fprint(w, side, " ", r.Host, r.URL)
		})
	}
	flask := httptest.NewServer(says("Flask"))
	defer flask.Close()
	to, err := url.Parse(flask.URL)
	if err != nil {
		t.Fatal(err)
	}
	proxy := Options{Framework: "Flask", Moved: []string{"/", "/cart"}}.Proxy(to, says("Go"))
	for target, side := range map[string]string{"/": "Go", "/cart?a=b": "Go", "/cart/add?a=b": "Flask", "/login": "Flask"} {
		w := httptest.NewRecorder()
		proxy.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "http://shop.example"+target, nil))
		host := "shop.example"
		if side == "Go" {
			host += "http://shop.example" // the target as a test gives it
		}
		if want := side + " " + host + target; w.Body.String() != want || w.Header().Get("Set-Cookie") != "session=of-"+side {
			t.Errorf("%s: %q, want %q, %v", target, w.Body, want, w.Header())
		}
	}
	w := httptest.NewRecorder()
	proxy.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/style.css", nil))
	if w.Body.String() != string(style) || w.Header().Get("Content-Type") != "text/css; charset=utf-8" {
		t.Errorf("the style sheet is %v", w.Header())
	}
	flask.Close()
	w = httptest.NewRecorder()
	proxy.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/login", nil))
	if w.Code != http.StatusBadGateway {
		t.Errorf("without Flask: status %d", w.Code)
	}
}
