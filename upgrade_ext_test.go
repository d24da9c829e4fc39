package session_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coatcheck-go/session"
)

// upgrade takes over the connection as a WebSocket library does: it writes the
// response with the headers that the session put in.
func upgrade(t *testing.T, w http.ResponseWriter) (net.Conn, *bufio.ReadWriter) {
	conn, rw, err := http.NewResponseController(w).Hijack()
	if err != nil {
		t.Error(err)
		panic(http.ErrAbortHandler)
	}
	h := w.Header()
	h.Set("Connection", "Upgrade")
	h.Set("Upgrade", "echo")
	_, err = io.WriteString(rw, "HTTP/1.1 101 Switching Protocols\r\n")
	check(t, err)
	check(t, h.Write(rw))
	_, err = io.WriteString(rw, "\r\n")
	check(t, errors.Join(err, rw.Flush()))
	return conn, rw
}

// dial upgrades a connection to wire and returns it with the token that came.
func dial(t *testing.T, wire *wire, token string) (net.Conn, *bufio.Reader, string) {
	t.Helper()
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", wire.server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	check(t, conn.SetDeadline(time.Now().Add(10*time.Second)))
	_, err = fmt.Fprintf(conn, "GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: echo\r\nCookie: %s=%s\r\n\r\n", wire.m.CookieName(), token)
	check(t, err)
	br := bufio.NewReader(conn)
	res, err := http.ReadResponse(br, nil)
	if err != nil || res.StatusCode != http.StatusSwitchingProtocols {
		t.Fatalf("upgrade: %v %v", res, err)
	}
	return conn, br, wire.tokenIn(reply{res, ""})
}

// What was changed before an upgrade is saved by it, with a cookie in its
// response; what is changed while the connection is open is saved at once.
func TestR29_HijackAndWebSocket(t *testing.T) {
	wire := newWire(t, session.Config{})
	wire.on("/ws", func(w http.ResponseWriter, _ *http.Request, s *session.Session) {
		check(t, s.Set("before", "v"))
		conn, rw := upgrade(t, w)
		defer func() { _ = conn.Close() }()
		for {
			line, err := rw.ReadString('\n')
			if err != nil {
				return
			}
			check(t, s.Set("last", strings.TrimSpace(line)))
			_, err = io.WriteString(rw, line)
			check(t, errors.Join(err, rw.Flush()))
		}
	})
	conn, br, token := dial(t, wire, "")
	equal(t, "before the upgrade", value[string](t, wire.open(token), "before"), "v")
	for _, line := range []string{"one", "two"} {
		_, err := fmt.Fprintln(conn, line)
		check(t, err)
		_, err = br.ReadString('\n')
		check(t, err)
		equal(t, "saved", value[string](t, wire.open(token), "last"), line)
	}
}

// An upgraded connection isn't cached, so a session may be used first thereafter.
// It sees a logout at its next change, and by Reload.
func TestR29_FirstUseAfterAnUpgrade(t *testing.T) {
	wire := newWire(t, session.Config{})
	results := make(chan error)
	next := make(chan struct{})
	wire.on("/ws", func(w http.ResponseWriter, _ *http.Request, s *session.Session) {
		conn, _ := upgrade(t, w)
		defer func() { _ = conn.Close() }()
		results <- s.Set("k", "new")
		<-next
		results <- s.Set("k", "newer")
		results <- s.Reload()
	})
	v := wire.withValue("k", "old")
	dial(t, wire, v.token)
	check(t, <-results)
	equal(t, "saved", value[string](t, wire.open(v.token), "k"), "new")
	check(t, wire.m.End(t.Context(), session.Token(v.token)))
	next <- struct{}{}
	wantErr(t, "change after logout", <-results, session.ErrEnded)
	wantErr(t, "reload after logout", <-results, session.ErrEnded)
}

// A handler that sends 101 itself needs no Hijack for the session's sake.
func TestR29_SwitchingProtocolsByWriteHeader(t *testing.T) {
	s := newSite(t, session.Config{})
	s.on("/", func(w http.ResponseWriter, _ *http.Request, ss *session.Session) {
		check(t, ss.Set("k", "v"))
		w.WriteHeader(http.StatusSwitchingProtocols)
		check(t, ss.Set("k", "later"))
	})
	v := s.visitor()
	equal(t, "status", v.get("/").StatusCode, http.StatusSwitchingProtocols)
	equal(t, "saved", value[string](t, s.open(v.token), "k"), "later")
}

// Where the connection can't be taken over (HTTP/2), the handler answers in the
// usual way, and that response is treated as any other.
func TestR29_FailedHijackIsNotTheResponse(t *testing.T) {
	s := newSite(t, session.Config{})
	s.on("/", func(w http.ResponseWriter, _ *http.Request, ss *session.Session) {
		if _, _, err := http.NewResponseController(w).Hijack(); !errors.Is(err, http.ErrNotSupported) {
			t.Errorf("hijack: %v", err)
		}
		_, err := io.WriteString(w, value[string](t, ss, "k"))
		check(t, err)
	})
	res := s.withValue("k", "secret").get("/")
	equal(t, "body", res.body, "secret")
	equal(t, "Cache-Control", res.Header.Get("Cache-Control"), "no-store")
	equal(t, "Vary", res.Header.Get("Vary"), "Cookie")
}

// Deadlines reach the connection through the session's writer.
func TestR29_ResponseControllerReachesTheConnection(t *testing.T) {
	wire := newWire(t, session.Config{})
	wire.on("/", func(w http.ResponseWriter, _ *http.Request, s *session.Session) {
		rc := http.NewResponseController(w)
		check(t, rc.SetReadDeadline(time.Now().Add(time.Minute)))
		check(t, rc.SetWriteDeadline(time.Now().Add(time.Minute)))
		check(t, rc.EnableFullDuplex())
		equal(t, "store writes", wire.store.calls(writes...), 0)
		check(t, s.Set("k", "v"))
	})
	res := wire.mustAsk("POST", "/", "")
	equal(t, "saved", value[string](t, wire.open(wire.tokenIn(res)), "k"), "v")
}

// Full duplex: the response has begun while the request is still being read.
func TestR29_FullDuplex(t *testing.T) {
	wire := newWire(t, session.Config{})
	wire.on("/", func(w http.ResponseWriter, r *http.Request, s *session.Session) {
		check(t, http.NewResponseController(w).EnableFullDuplex())
		lines := bufio.NewReader(r.Body)
		for line, err := lines.ReadString('\n'); err == nil; line, err = lines.ReadString('\n') {
			check(t, s.Set("last", line))
			_, err := io.WriteString(w, line)
			check(t, errors.Join(err, http.NewResponseController(w).Flush()))
		}
	})
	body, input := io.Pipe()
	r, err := http.NewRequestWithContext(t.Context(), "POST", wire.server.URL, body)
	check(t, err)
	go func() { _, _ = io.WriteString(input, "one\n") }()
	res, err := wire.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	token := wire.tokenIn(reply{res, ""})
	lines := bufio.NewReader(res.Body)
	for _, want := range []string{"one\n", "two\n"} {
		line, err := lines.ReadString('\n')
		check(t, err)
		equal(t, "echo", line, want)
		equal(t, "saved", value[string](t, wire.open(token), "last"), want)
		if want == "one\n" {
			_, err = io.WriteString(input, "two\n")
			check(t, err)
		}
	}
	check(t, errors.Join(input.Close(), res.Body.Close()))
}

// Push is passed on where there is HTTP/2, and refused elsewhere as net/http does.
func TestR29_Push(t *testing.T) {
	for _, http2 := range []bool{true, false} {
		s := newSite(t, session.Config{})
		server := httptest.NewUnstartedServer(s)
		server.EnableHTTP2 = http2
		server.StartTLS()
		s.on("/", func(w http.ResponseWriter, r *http.Request, ss *session.Session) {
			check(t, ss.Set("k", "v"))
			equal(t, "HTTP/2", r.ProtoMajor == 2, http2)
			// Go's client takes no pushes, so HTTP/2 refuses as well, by the same error.
			if err := w.(http.Pusher).Push("/style.css", nil); !errors.Is(err, http.ErrNotSupported) {
				t.Errorf("push: %v", err)
			}
			equal(t, "store writes", s.store.calls(writes...), 0)
		})
		res, err := server.Client().Get(server.URL)
		if err != nil {
			t.Fatal(err)
		}
		check(t, res.Body.Close())
		server.Close()
	}
}

// A pusher notes what is pushed.
type pusher struct {
	http.ResponseWriter
	target string
}

func (p *pusher) Push(target string, _ *http.PushOptions) error {
	p.target = target
	return nil
}

func TestR29_PushIsPassedOn(t *testing.T) {
	s := newSite(t, session.Config{})
	s.on("/", func(w http.ResponseWriter, _ *http.Request, _ *session.Session) {
		check(t, w.(http.Pusher).Push("/style.css", nil))
	})
	p := &pusher{ResponseWriter: httptest.NewRecorder()}
	s.ServeHTTP(p, httptest.NewRequest("GET", "/", nil))
	equal(t, "pushed", p.target, "/style.css")
}

// HTTP/2 has no hijacking and another response writer below; the rest is the same.
func TestR29_HTTP2(t *testing.T) {
	s := newSite(t, session.Config{})
	server := httptest.NewUnstartedServer(s)
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	s.on("/", func(w http.ResponseWriter, _ *http.Request, ss *session.Session) {
		check(t, ss.Set("k", "v"))
		check(t, http.NewResponseController(w).Flush())
		check(t, ss.Set("k", "later"))
	})
	client := server.Client()
	client.Transport.(*http.Transport).TLSClientConfig.MinVersion = tls.VersionTLS12
	res, err := client.Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.Copy(io.Discard, res.Body) // to the end of the handler
	check(t, errors.Join(err, res.Body.Close()))
	equal(t, "protocol", res.ProtoMajor, 2)
	token := (&wire{site: s}).tokenIn(reply{res, ""})
	equal(t, "saved", value[string](t, s.open(token), "k"), "later")
}

// http.TimeoutHandler inside of Wrap: the session is saved as it is when the time is
// up, together with the 503; the handler that goes on writes no more than it could
// after any response.
func TestR29_TimeoutHandlerInside(t *testing.T) {
	synctest.Test(t, timeoutInside)
}

func timeoutInside(t *testing.T) {
	m := newSite(t, session.Config{})
	late, done := make(chan struct{}), make(chan error, 1)
	slow := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		s := session.From(r)
		check(t, s.Set("k", "before"))
		<-r.Context().Done()
		<-late
		done <- s.Set("k", "late")
	})
	h := m.m.Wrap(http.TimeoutHandler(slow, time.Second, "too slow"))
	v := m.withValue("k", "old")
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Cookie", m.m.CookieName()+"="+v.token)
	equal(t, "status", serve(t, h, r).StatusCode, http.StatusServiceUnavailable)
	equal(t, "saved with the response", value[string](t, m.open(v.token), "k"), "before")
	close(late)
	check(t, <-done)
	equal(t, "saved late", value[string](t, m.open(v.token), "k"), "late")
}

// http.TimeoutHandler outside of Wrap: what a handler does is saved when it
// answers, whether or not its answer still counts.
func TestR29_TimeoutHandlerOutside(t *testing.T) {
	synctest.Test(t, timeoutOutside)
}

func timeoutOutside(t *testing.T) {
	s := newSite(t, session.Config{})
	late, done := make(chan struct{}), make(chan struct{})
	s.on("/", func(w http.ResponseWriter, r *http.Request, ss *session.Session) {
		defer close(done)
		check(t, ss.Set("k", "v"))
		<-r.Context().Done()
		<-late
		_, err := io.WriteString(w, "too late")
		wantErr(t, "write", err, http.ErrHandlerTimeout)
	})
	v := s.withValue("k", "old")
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Cookie", s.m.CookieName()+"="+v.token)
	res := serve(t, http.TimeoutHandler(s, time.Second, "too slow"), r)
	equal(t, "status", res.StatusCode, http.StatusServiceUnavailable)
	close(late)
	<-done
	equal(t, "saved", value[string](t, s.open(v.token), "k"), "v")
}

// http.MaxBytesHandler on either side: a body that is too large is the handler's to
// answer, and its session is saved with that.
func TestR29_MaxBytesHandler(t *testing.T) {
	s := newSite(t, session.Config{})
	read := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		check(t, session.From(r).Set("k", "v"))
		if _, err := io.ReadAll(r.Body); err != nil {
			http.Error(w, "too large", http.StatusRequestEntityTooLarge)
		}
	})
	for name, h := range map[string]http.Handler{
		"outside": http.MaxBytesHandler(s.m.Wrap(read), 3),
		"inside":  s.m.Wrap(http.MaxBytesHandler(read, 3)),
	} {
		server := httptest.NewServer(h)
		res, err := server.Client().Post(server.URL, "text/plain", strings.NewReader("too long a body"))
		if err != nil {
			t.Fatal(err)
		}
		check(t, res.Body.Close())
		equal(t, name, res.StatusCode, http.StatusRequestEntityTooLarge)
		token := (&wire{site: s}).tokenIn(reply{res, ""})
		equal(t, name, value[string](t, s.open(token), "k"), "v")
		server.Close()
	}
}

// Two Managers may wrap one handler, each with its own session and cookie.
func TestTwoManagers(t *testing.T) {
	outer, inner := newSite(t, session.Config{App: "a"}), newSite(t, session.Config{App: "b", Cookie: session.Cookie{Name: "inner"}})
	h := outer.m.Wrap(inner.m.Wrap(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		equal(t, "From", session.From(r), inner.m.From(r))
		equal(t, "FromContext", session.FromContext(r.Context()), inner.m.From(r))
		check(t, outer.m.From(r).Set("who", "outer"))
		check(t, inner.m.From(r).Set("who", "inner"))
	})))
	res := serve(t, h, httptest.NewRequest("GET", "/", nil))
	equal(t, "cookies", len(res.Cookies()), 2)
	equal(t, "Vary", strings.Join(res.Header["Vary"], "|"), "Cookie")
	for _, s := range []*site{outer, inner} {
		name := map[*site]string{outer: "outer", inner: "inner"}[s]
		equal(t, name, value[string](t, s.open((&wire{site: s}).tokenIn(res)), "who"), name)
	}
}

func TestFromOutsideOfWrap(t *testing.T) {
	defer func() {
		if text, _ := recover().(string); !strings.Contains(text, "Manager.Wrap") {
			t.Errorf("panic %q doesn't say what to do", text)
		}
	}()
	if s := session.FromContext(context.Background()); s != nil {
		t.Errorf("a session out of nothing: %v", s)
	}
	session.From(httptest.NewRequest("GET", "/", nil))
}
