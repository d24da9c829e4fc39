package main

import (
	"log"
	"net/http"
	"net/http/httputil"
	"net/url"
	"slices"
)

// newProxy leads requests for the paths in moved to Go and all others to Django. To
// move a route, or to take it back, is to change that list: the sessions don't notice.
func newProxy(django *url.URL, site http.Handler, moved []string) http.Handler {
	toDjango := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(django)
		r.Out.Host = r.In.Host // the host that the visitor knows, which Django compares with Origin
	}}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		side, handler := "Django", http.Handler(toDjango)
		if slices.Contains(moved, r.URL.Path) {
			side, handler = "Go", site
		}
		log.Printf("%-6s serves %s %s", side, r.Method, r.URL.EscapedPath())
		handler.ServeHTTP(w, r)
	})
}
