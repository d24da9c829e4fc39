package main

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/valyala/fasthttp"
)

// A visitor sends one request again and again. It is for one goroutine.
type visitor interface {
	// visit sends the request and reports whether the answer was 200.
	visit() bool
	// setCookies and body are of the last answer.
	setCookies() []string
	body() string
}

// httpVisitor is a visitor of a net/http handler.
type httpVisitor struct {
	handler http.Handler
	request *http.Request
	header  http.Header
	status  int
	written []byte
	follows bool // takes each new cookie, as a browser does

	gone context.CancelFunc // never called: the visitor stays
}

func newHTTPVisitor(h http.Handler, method, cookie string) *httpVisitor {
	// As net/http's requests, this one has a context that may be cancelled: drivers watch it.
	ctx, gone := context.WithCancel(context.Background())
	r := httptest.NewRequestWithContext(ctx, method, "https://example.com/", nil)
	if cookie != "" {
		r.Header.Set("Cookie", cookie)
	}
	return &httpVisitor{handler: h, request: r, header: http.Header{}, gone: gone}
}

func (v *httpVisitor) visit() bool {
	clear(v.header)
	v.status = http.StatusOK
	v.handler.ServeHTTP(v, v.request)
	if v.follows {
		v.request.Header.Set("Cookie", cookieOf(v))
	}
	return v.status == http.StatusOK
}

func (v *httpVisitor) setCookies() []string   { return v.header["Set-Cookie"] }
func (v *httpVisitor) body() string           { return string(v.written) }
func (v *httpVisitor) Header() http.Header    { return v.header }
func (v *httpVisitor) WriteHeader(status int) { v.status = status }
func (v *httpVisitor) Write(p []byte) (int, error) {
	v.written = append(v.written[:0], p...)
	return len(p), nil
}

// fastVisitor is a visitor of a fasthttp handler.
type fastVisitor struct {
	handler fasthttp.RequestHandler
	ctx     fasthttp.RequestCtx
}

func newFastVisitor(h fasthttp.RequestHandler, method, path, cookie string) *fastVisitor {
	v := &fastVisitor{handler: h}
	v.ctx.Init(&fasthttp.Request{}, nil, nil)
	v.ctx.Request.Header.SetMethod(method)
	v.ctx.Request.SetRequestURI(path)
	v.ctx.Request.SetHost("example.com")
	if cookie != "" {
		v.ctx.Request.Header.Set("Cookie", cookie)
	}
	return v
}

func (v *fastVisitor) visit() bool {
	v.ctx.Response.Reset()
	v.ctx.ResetUserValues()
	v.handler(&v.ctx)
	return v.ctx.Response.StatusCode() == http.StatusOK
}

func (v *fastVisitor) setCookies() (lines []string) {
	for _, line := range v.ctx.Response.Header.PeekAll("Set-Cookie") {
		if len(line) > 0 { // as it is when there is none
			lines = append(lines, string(line))
		}
	}
	return lines
}

func (v *fastVisitor) body() string { return string(v.ctx.Response.Body()) }

// cookieOf returns what a browser sends back of the last answer's cookies.
func cookieOf(v visitor) string {
	var pairs []string
	for _, line := range v.setCookies() {
		pair, _, _ := strings.Cut(line, ";")
		pairs = append(pairs, pair)
	}
	return strings.Join(pairs, "; ")
}

var okText = []byte("ok")

// answer ends all handlers over net/http.
func answer(w http.ResponseWriter, right bool) {
	if !right {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	_, _ = w.Write(okText)
}

// reveal answers with a value, for the tests.
func reveal(w http.ResponseWriter, value string) { _, _ = io.WriteString(w, value) }
