package session

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
)

// An exchange is one request's session, context and response writer in one
// allocation. As a writer it saves the session before the first byte of the final
// response leaves, on whichever way that happens.
type exchange struct {
	context.Context
	w       http.ResponseWriter
	session Session
	begun   bool
	err     error // the handler's response was replaced by the error handler's
}

// Value finds the session, see contextKey.
func (x *exchange) Value(key any) any {
	if k, ok := key.(contextKey); ok && (k.m == nil || k.m == x.session.m) {
		return &x.session
	}
	return x.Context.Value(key)
}

// begin saves the session and sets its headers, once. It reports whether the
// handler's response may be sent.
func (x *exchange) begin(status int) bool {
	if x.begun {
		return x.err == nil
	}
	x.begun = true
	err := x.session.respond(x.w.Header(), status)
	if err == nil || status >= 500 || status == StatusCode(err) { // the handler has told the visitor
		return true
	}
	x.err = err
	h := x.w.Header()
	for _, name := range ofTheBody {
		h.Del(name)
	}
	x.session.m.config.ErrorHandler(x.w, x.session.request, err)
	return false
}

// ofTheBody are headers that describe a body, or lead away from it: of another body they
// aren't true.
var ofTheBody = []string{
	"Content-Disposition", "Content-Encoding", "Content-Language", "Content-Length", "Content-Location", "Content-Range",
	"Etag", "Last-Modified", "Location", "Refresh",
}

// finish is called when the handler has returned; had it panicked, nothing would be
// saved.
func (x *exchange) finish() { x.begin(http.StatusOK) }

func (x *exchange) Header() http.Header { return x.w.Header() }

func (x *exchange) WriteHeader(status int) {
	informational := status >= 100 && status < 200 && status != http.StatusSwitchingProtocols
	if informational && !x.begun || x.begin(status) {
		x.w.WriteHeader(status)
	}
}

func (x *exchange) Write(p []byte) (int, error) {
	if !x.begin(http.StatusOK) {
		return 0, x.err
	}
	return x.w.Write(p)
}

func (x *exchange) WriteString(s string) (int, error) {
	if !x.begin(http.StatusOK) {
		return 0, x.err
	}
	return io.WriteString(x.w, s)
}

// ReadFrom lets the server use sendfile.
func (x *exchange) ReadFrom(r io.Reader) (int64, error) {
	if !x.begin(http.StatusOK) {
		return 0, x.err
	}
	return io.Copy(x.w, r)
}

func (x *exchange) Flush() { _ = x.FlushError() }

func (x *exchange) FlushError() error {
	if !x.begin(http.StatusOK) {
		return x.err
	}
	return http.NewResponseController(x.w).Flush()
}

// Hijack saves first. A new cookie is in Header, for the caller to send with
// the response it writes itself.
func (x *exchange) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	if !hijackable(x.w) { // an ordinary response will follow
		return nil, nil, http.ErrNotSupported
	}
	if !x.begin(http.StatusSwitchingProtocols) {
		return nil, nil, x.err
	}
	return http.NewResponseController(x.w).Hijack()
}

// hijackable reports whether there is a connection below w to be had.
func hijackable(w http.ResponseWriter) bool {
	for {
		switch below := w.(type) {
		case *exchange:
			w = below.w
		case http.Hijacker:
			return true
		case interface{ Unwrap() http.ResponseWriter }:
			w = below.Unwrap()
		default:
			return false
		}
	}
}

func (x *exchange) Push(target string, opts *http.PushOptions) error {
	if p, ok := x.w.(http.Pusher); ok {
		return p.Push(target, opts)
	}
	return http.ErrNotSupported
}

// Unwrap is for http.ResponseController, which sets deadlines and full duplex.
func (x *exchange) Unwrap() http.ResponseWriter { return x.w }
