package session_test

import (
	"bufio"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/coatcheck-go/session"
)

// A way is one of the many in which a response begins.
type way struct {
	name   string
	method string
	begin  func(t *testing.T, w http.ResponseWriter, r *http.Request)
	status int
}

// ways are all but those that take over the connection, see upgrade_ext_test.go.
func ways(t *testing.T) []way {
	file := filepath.Join(t.TempDir(), "file.txt")
	check(t, os.WriteFile(file, []byte("content"), 0o600))
	status := func(code int) func(*testing.T, http.ResponseWriter, *http.Request) {
		return func(_ *testing.T, w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
	}
	write := func(t *testing.T, w http.ResponseWriter, _ *http.Request) {
		_, err := w.Write([]byte("hello"))
		if !errors.Is(err, http.ErrBodyNotAllowed) {
			check(t, err)
		}
	}
	return []way{
		{"Write", "GET", write, 200},
		{"Write on HEAD", "HEAD", write, 200},
		{"WriteString", "GET", func(t *testing.T, w http.ResponseWriter, _ *http.Request) {
			_, err := io.WriteString(w, "hello")
			check(t, err)
		}, 200},
		{"WriteHeader 200", "GET", status(200), 200},
		{"WriteHeader 201", "POST", status(201), 201},
		{"WriteHeader 204", "GET", status(204), 204},
		{"WriteHeader 304", "GET", status(304), 304},
		{"WriteHeader 404", "GET", status(404), 404},
		{"WriteHeader 500", "GET", status(500), 500},
		{"WriteHeader on HEAD", "HEAD", status(200), 200},
		{"WriteHeader twice", "GET", func(_ *testing.T, w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(202)
			w.WriteHeader(500)
		}, 202},
		{"Flush", "GET", func(_ *testing.T, w http.ResponseWriter, _ *http.Request) { w.(http.Flusher).Flush() }, 200},
		{"FlushError", "GET", func(t *testing.T, w http.ResponseWriter, _ *http.Request) {
			check(t, w.(interface{ FlushError() error }).FlushError())
		}, 200},
		{"ResponseController.Flush", "GET", func(t *testing.T, w http.ResponseWriter, _ *http.Request) {
			check(t, http.NewResponseController(w).Flush())
		}, 200},
		{"ReadFrom", "GET", func(t *testing.T, w http.ResponseWriter, _ *http.Request) {
			_, err := w.(io.ReaderFrom).ReadFrom(strings.NewReader("hello"))
			check(t, err)
		}, 200},
		{"io.Copy of a file", "GET", func(t *testing.T, w http.ResponseWriter, _ *http.Request) {
			f, err := os.Open(file)
			check(t, err)
			_, err = io.Copy(w, f)
			check(t, errors.Join(err, f.Close()))
		}, 200},
		{"ServeFile", "GET", func(_ *testing.T, w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, file) }, 200},
		{"Redirect", "GET", func(_ *testing.T, w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/elsewhere", http.StatusSeeOther)
		}, 303},
		{"Error", "GET", func(_ *testing.T, w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusTeapot) }, 418},
		{"full duplex", "POST", func(t *testing.T, w http.ResponseWriter, _ *http.Request) {
			check(t, http.NewResponseController(w).EnableFullDuplex())
			write(t, w, nil)
		}, 200},
		{"early hints first", "GET", func(t *testing.T, w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusEarlyHints)
			write(t, w, nil)
		}, 200},
	}
}

// A wire is a site behind a real server, and a client that follows no redirect.
type wire struct {
	*site
	server *httptest.Server
	client *http.Client
	busy   sync.WaitGroup // handlers
}

func newWire(t *testing.T, c session.Config) *wire {
	s := newSite(t, c)
	w := &wire{site: s}
	w.server = httptest.NewUnstartedServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.busy.Add(1)
		defer w.busy.Done()
		s.ServeHTTP(rw, r)
	}))
	w.server.Config.ErrorLog = log.New(io.Discard, "", 0) // a second WriteHeader is logged
	w.server.Start()
	w.client = w.server.Client()
	w.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	t.Cleanup(w.server.Close)
	return w
}

// ask sends a request with a token and returns the response, read to its end.
func (w *wire) ask(method, path, token string) (reply, error) {
	r, err := http.NewRequestWithContext(w.t.Context(), method, w.server.URL+path, nil)
	check(w.t, err)
	if token != "" {
		r.Header.Set("Cookie", w.m.CookieName()+"="+token)
	}
	res, err := w.client.Do(r)
	if err != nil {
		return reply{}, err
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	return reply{res, string(body)}, err
}

// mustAsk is ask, and waits for the handler to return, which may be after its response
// is complete.
func (w *wire) mustAsk(method, path, token string) reply {
	w.t.Helper()
	res, err := w.ask(method, path, token)
	if err != nil {
		w.t.Fatal(err)
	}
	w.busy.Wait()
	return res
}

func (w *wire) tokenIn(r reply) string {
	cookies := w.visitor().sessionCookies(r)
	if len(cookies) != 1 {
		return ""
	}
	return cookies[0].Value
}

// A change before the response begins is saved before its first byte, and the
// cookie is in its header, however it begins.
func TestMB11_ChangeBeforeTheResponseIsSaved(t *testing.T) {
	for _, way := range ways(t) {
		t.Run(way.name, func(t *testing.T) {
			wire := newWire(t, session.Config{})
			wire.on("/", func(w http.ResponseWriter, r *http.Request, s *session.Session) {
				check(t, s.Set("k", "v"))
				way.begin(t, w, r)
				modified := s.Modified()
				equal(t, "unsaved changes", modified, false)
			})
			res := wire.mustAsk(way.method, "/", "")
			equal(t, "status", res.StatusCode, way.status)
			token := wire.tokenIn(res)
			equal(t, "saved value", value[string](t, wire.open(token), "k"), "v")
			equal(t, "store writes", wire.store.calls(writes...), 1)
			equal(t, "Cache-Control", res.Header.Get("Cache-Control"), "no-store")
			equal(t, "Vary", strings.Join(res.Header["Vary"], "|"), "Cookie")
		})
	}
}

// After the response has begun, a change that needs no header is saved at once;
// one that does is refused, and so is the first use, for the response may be in
// every cache by now.
func TestR29_ResponseWriter(t *testing.T) {
	for _, way := range ways(t) {
		t.Run(way.name, func(t *testing.T) {
			wire := newWire(t, session.Config{})
			wire.on("/known", func(w http.ResponseWriter, r *http.Request, s *session.Session) {
				equal(t, "old value", value[string](t, s, "k"), "old")
				way.begin(t, w, r)
				check(t, s.Set("k", "new"))
				other, err := wire.m.Open(r.Context(), s.Token())
				check(t, err)
				equal(t, "what others see at once", value[string](t, other, "k"), "new")
				wantErr(t, "rotate", s.Rotate(), session.ErrTooLate)
				wantErr(t, "login", s.Login("alice"), session.ErrTooLate)
				check(t, s.Delete("k"))
			})
			wire.on("/stranger", func(w http.ResponseWriter, r *http.Request, s *session.Session) {
				_, err := s.Get("k")
				check(t, err)
				way.begin(t, w, r)
				wantErr(t, "set", s.Set("k", "v"), session.ErrTooLate)
			})
			wire.on("/unused", func(w http.ResponseWriter, r *http.Request, s *session.Session) {
				way.begin(t, w, r)
				_, err := s.Get("k")
				wantErr(t, "get", err, session.ErrTooLate)
				wantErr(t, "set", s.Set("k", "v"), session.ErrTooLate)
			})
			token := wire.withValue("k", "old").token
			wire.mustAsk(way.method, "/known", token)
			if has, err := wire.open(token).Has("k"); err != nil || has {
				t.Errorf("the last change is lost (%v)", err)
			}
			wire.mustAsk(way.method, "/stranger", "")
			equal(t, "cacheable headers", wire.mustAsk(way.method, "/unused", token).Header.Get("Vary"), "")
			equal(t, "records", len(wire.store.records(t)), 1)
		})
	}
}

// A handler that writes nothing has its session saved too.
func TestMB11_HandlerThatWritesNothing(t *testing.T) {
	wire := newWire(t, session.Config{})
	wire.do("/", func(s *session.Session) error { return s.Set("k", "v") })
	res := wire.mustAsk("GET", "/", "")
	equal(t, "status", res.StatusCode, 200)
	equal(t, "saved value", value[string](t, wire.open(wire.tokenIn(res)), "k"), "v")
}

// 1xx responses come before the final one and decide nothing (scs saves at the
// first and loses what changes after it).
func TestR29_InformationalResponsesAreNotTheResponse(t *testing.T) {
	wire := newWire(t, session.Config{})
	wire.on("/", func(w http.ResponseWriter, _ *http.Request, s *session.Session) {
		check(t, s.Set("before", 1))
		w.Header().Set("Link", "</style.css>; rel=preload")
		for _, status := range []int{http.StatusProcessing, http.StatusEarlyHints, http.StatusEarlyHints} {
			w.WriteHeader(status)
			equal(t, "store writes", wire.store.calls(writes...), 0)
		}
		check(t, s.Set("after", 2))
		_, err := io.WriteString(w, "hello")
		check(t, err)
	})
	res := wire.mustAsk("GET", "/", "")
	s := wire.open(wire.tokenIn(res))
	equal(t, "before", value[int](t, s, "before"), 1)
	equal(t, "after", value[int](t, s, "after"), 2)
}

// A handler that asks for the body gets its 100 Continue, and its session saved.
func TestR29_ContinueIsNotTheResponse(t *testing.T) {
	wire := newWire(t, session.Config{})
	wire.on("/", func(w http.ResponseWriter, r *http.Request, s *session.Session) {
		w.WriteHeader(http.StatusContinue)
		body, err := io.ReadAll(r.Body)
		check(t, err)
		check(t, s.Set("k", string(body)))
	})
	r, err := http.NewRequestWithContext(t.Context(), "POST", wire.server.URL+"/", strings.NewReader("posted"))
	check(t, err)
	r.Header.Set("Expect", "100-continue")
	res, err := wire.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	check(t, res.Body.Close())
	equal(t, "saved value", value[string](t, wire.open(wire.tokenIn(reply{res, ""})), "k"), "posted")
}

// A handler that panics has not finished what it was doing: nothing is saved.
func TestMB11_PanicSavesNothing(t *testing.T) {
	s := newSite(t, session.Config{})
	v := s.withValue("k", "old")
	for path, reason := range map[string]any{"/abort": http.ErrAbortHandler, "/panic": "oops"} {
		s.on(path, func(_ http.ResponseWriter, _ *http.Request, ss *session.Session) {
			check(t, ss.Set("k", "new"))
			panic(reason)
		})
		func() {
			defer func() { equal(t, path, recover() == reason, true) }()
			v.get(path)
		}()
	}
	equal(t, "value", value[string](t, s.open(v.token), "k"), "old")
}

// Server-sent events: a change between two events is saved when it is made.
func TestMB11_ServerSentEvents(t *testing.T) {
	wire := newWire(t, session.Config{})
	saved, goOn := make(chan struct{}), make(chan struct{})
	wire.on("/events", func(w http.ResponseWriter, _ *http.Request, s *session.Session) {
		n := value[int](t, s, "n")
		w.Header().Set("Content-Type", "text/event-stream")
		for range 3 {
			_, err := io.WriteString(w, "data: x\n\n")
			check(t, err)
			check(t, http.NewResponseController(w).Flush())
			n++
			check(t, s.Set("n", n))
			saved <- struct{}{}
			<-goOn
		}
	})
	wire.on("/n", func(w http.ResponseWriter, _ *http.Request, s *session.Session) {
		_, err := io.WriteString(w, strings.Repeat("i", value[int](t, s, "n")))
		check(t, err)
	})
	token := wire.withValue("n", 0).token
	r, err := http.NewRequestWithContext(t.Context(), "GET", wire.server.URL+"/events", nil)
	check(t, err)
	r.Header.Set("Cookie", wire.m.CookieName()+"="+token)
	res, err := wire.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(res.Body)
	for _, want := range []string{"i", "ii", "iii"} {
		_, err = lines.ReadString('\n')
		check(t, err)
		<-saved
		seen, err := wire.ask("GET", "/n", token)
		check(t, err)
		equal(t, "what another request sees", seen.body, want)
		goOn <- struct{}{}
		_, err = lines.ReadString('\n')
		check(t, err)
	}
	check(t, res.Body.Close())
}

// A store that fails when the session is to be saved: the error handler's response
// takes the handler's place, with nothing left over of that.
func TestMB11_FailingSaveReplacesTheResponse(t *testing.T) {
	rc := http.NewResponseController
	for first, begin := range map[string]func(http.ResponseWriter) error{
		"Write":       func(w http.ResponseWriter) error { _, err := w.Write([]byte("1")); return err },
		"WriteString": func(w http.ResponseWriter) error { _, err := io.WriteString(w, "1"); return err },
		"ReadFrom": func(w http.ResponseWriter) error {
			_, err := w.(io.ReaderFrom).ReadFrom(strings.NewReader("1"))
			return err
		},
		"Flush":       func(w http.ResponseWriter) error { return rc(w).Flush() },
		"Hijack":      func(w http.ResponseWriter) error { _, _, err := rc(w).Hijack(); return err },
		"WriteHeader": func(w http.ResponseWriter) error { w.WriteHeader(201); _, err := w.Write(nil); return err },
	} {
		t.Run(first, func(t *testing.T) {
			wire := newWire(t, session.Config{})
			wire.store.onCall(failOn("create"))
			wire.on("/", func(w http.ResponseWriter, _ *http.Request, s *session.Session) {
				check(t, s.Set("k", "v"))
				for _, name := range describing {
					w.Header().Set(name, "1")
				}
				wantErr(t, first, begin(w), session.ErrUnavailable)
				n, err := w.Write([]byte("1"))
				wantErr(t, "write", err, session.ErrUnavailable)
				equal(t, "bytes written", n, 0)
				w.WriteHeader(200)
			})
			checkReplaced(t, wire.mustAsk("GET", "/", ""))
		})
	}
}

func checkReplaced(t *testing.T, res reply) {
	t.Helper()
	equal(t, "status", res.StatusCode, http.StatusServiceUnavailable)
	equal(t, "body", res.body, "Service Unavailable\n")
	equal(t, "Retry-After", res.Header.Get("Retry-After"), "5")
	equal(t, "cookie", res.Header.Get("Set-Cookie"), "")
	equal(t, "Cache-Control", res.Header.Get("Cache-Control"), "no-store")
	for _, name := range describing {
		if res.Header.Get(name) == "1" {
			t.Errorf("%s of the other response is left", name)
		}
	}
}

// describing are headers that tell of the body they come with.
var describing = []string{
	"Content-Disposition", "Content-Encoding", "Content-Language", "Content-Length", "Content-Location", "Content-Range",
	"Etag", "Last-Modified", "Location", "Refresh",
}

var errDown = errors.New("store is down")

// failOn makes a hook that fails the named calls.
func failOn(calls ...string) func(string, session.Key) error {
	return func(call string, _ session.Key) error {
		if slices.Contains(calls, call) {
			return errDown
		}
		return nil
	}
}

// A handler that answers 5xx has told the visitor that it failed; its answer stays.
func TestMB11_HandlersOwnErrorStays(t *testing.T) {
	s := newSite(t, session.Config{})
	s.store.onCall(failOn("load"))
	s.on("/", func(w http.ResponseWriter, _ *http.Request, ss *session.Session) {
		_, err := ss.Get("k")
		http.Error(w, "my own words", session.StatusCode(err))
	})
	res := s.withValue("k", "v").get("/")
	equal(t, "status", res.StatusCode, http.StatusServiceUnavailable)
	equal(t, "body", res.body, "my own words\n")
	equal(t, "Cache-Control", res.Header.Get("Cache-Control"), "no-store")
}
