package besidepython

import (
	_ "embed"
	"log"
	"net/http"
	"net/http/httputil"
	"net/url"
	"slices"
)

//go:embed style.css
var style []byte

// Proxy leads requests for the paths in o.Moved to site, which is Go's, and all others to
// the application at python. To move a route, or to take it back, is to change that list:
// the sessions don't notice. The style sheet of both sides is the proxy's own.
func (o Options) Proxy(python *url.URL, site http.Handler) http.Handler {
	toPython := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(python)
		r.Out.Host = r.In.Host // the host that the visitor knows, for links, cookies and CSRF checks
	}}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		side, handler := o.Framework, http.Handler(toPython)
		switch {
		case r.URL.Path == "/style.css":
			side, handler = "proxy", http.HandlerFunc(serveStyle)
		case slices.Contains(o.Moved, r.URL.Path):
			side, handler = "Go", site
		}
		log.Printf("%-6s serves %s %s", side, r.Method, r.URL.EscapedPath())
		handler.ServeHTTP(w, r)
	})
}

func serveStyle(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	_, _ = w.Write(style) // nobody is left to be told of an error
}
