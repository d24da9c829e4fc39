package session_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/coatcheck-go/session"
)

// A tape is a response writer that notes what was decided when the final header
// left.
type tape struct {
	header http.Header
	sent   http.Header // at the first final byte
	status int
	began  func()
}

func (w *tape) Header() http.Header { return w.header }

func (w *tape) WriteHeader(status int) {
	if w.status != 0 || status >= 100 && status < 200 && status != http.StatusSwitchingProtocols {
		return
	}
	w.status, w.sent = status, w.header.Clone()
	w.began()
}

func (w *tape) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return len(p), nil
}

func (w *tape) FlushError() error {
	w.WriteHeader(http.StatusOK)
	return nil
}

// A sequence is one handler's operations on session and writer in any order, and
// what must come of them.
type sequence struct {
	*site
	t      *testing.T
	w      *tape
	wrap   http.ResponseWriter
	s      *session.Session
	values map[string]byte // what was accepted
	used   bool            // before the response began
	most   int             // writes of the store that the response may begin with
	n      byte
}

// operations are what the bytes of a sequence stand for.
var operations = []func(*sequence){
	func(q *sequence) { q.change("set", q.s.Set("a", q.n), func() { q.values["a"] = q.n }) },
	func(q *sequence) { q.change("set", q.s.Set("b", q.n), func() { q.values["b"] = q.n }) },
	func(q *sequence) { q.change("delete", q.s.Delete("a"), func() { delete(q.values, "a") }) },
	func(q *sequence) { q.change("clear", q.s.Clear(), func() { clear(q.values) }) },
	func(q *sequence) { q.change("rotate", q.s.Rotate(), func() {}) },
	func(q *sequence) { q.change("login", q.s.Login("alice"), func() {}) },
	func(q *sequence) { q.change("save", q.s.Save(), func() { q.most++ }) },
	func(q *sequence) { q.change("logout", q.s.Logout(), func() { q.most++; clear(q.values) }) },
	func(q *sequence) { _, err := q.s.Get("a"); q.change("get", err, func() {}) },
	func(q *sequence) { q.wrap.WriteHeader(http.StatusCreated) },
	func(q *sequence) { q.wrap.WriteHeader(http.StatusNotModified) },
	func(q *sequence) { q.wrap.WriteHeader(http.StatusEarlyHints) },
	func(q *sequence) { q.wrap.WriteHeader(http.StatusInternalServerError) },
	func(q *sequence) { _, err := q.wrap.Write([]byte("x")); check(q.t, err) },
	func(q *sequence) { _, err := io.WriteString(q.wrap, ""); check(q.t, err) },
	func(q *sequence) { _, err := io.Copy(q.wrap, strings.NewReader("x")); check(q.t, err) },
	func(q *sequence) { check(q.t, http.NewResponseController(q.wrap).Flush()) },
	func(q *sequence) { q.wrap.Header().Add("Vary", "Accept") },
	func(q *sequence) { q.wrap.Header().Set("Cache-Control", "public, max-age=60") },
	func(q *sequence) { q.wrap.Header().Add("Set-Cookie", q.m.CookieName()+"=handler") },
	func(q *sequence) {
		_, _, err := http.NewResponseController(q.wrap).Hijack()
		wantErr(q.t, "hijack", err, http.ErrNotSupported)
	},
}

// change notes what an operation did. It may only fail for coming too late.
func (q *sequence) change(what string, err error, accepted func()) {
	began := q.w.status != 0
	switch {
	case err == nil:
		accepted()
		q.used = q.used || !began
	case !began || session.StatusCode(err) != http.StatusConflict:
		q.t.Errorf("%s: %v", what, err)
	}
}

// run does the operations in a handler of Wrap.
func runSequence(t *testing.T, ops []byte, known bool) {
	s := newSite(t, session.Config{})
	v := s.visitor()
	q := &sequence{site: s, t: t, values: map[string]byte{}, most: 1}
	if known {
		v = s.withValue("a", 255)
		q.values["a"] = 255
	}
	q.w = &tape{header: http.Header{}}
	q.w.began = func() { q.checkCommitted(v) }
	s.store.calls()
	h := s.m.Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q.wrap, q.s = w, session.From(r)
		for i, op := range ops {
			q.n = byte(i)
			operations[int(op)%len(operations)](q)
		}
	}))
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Cookie", s.m.CookieName()+"="+v.token)
	h.ServeHTTP(q.w, r)
	q.w.WriteHeader(http.StatusOK) // as the server does when a handler has sent nothing
	q.checkSaved(v)
}

// checkCommitted: when the first byte leaves all is saved, by one write if the handler
// asked for no more.
func (q *sequence) checkCommitted(v *visitor) {
	if n := q.store.calls(writes...); n > q.most {
		q.t.Errorf("%d writes, want %d at most", n, q.most)
	}
	q.checkHeaders(v)
	q.checkSaved(v)
}

// checkHeaders: a session that was used before the response began is told of by the
// headers, exactly once; one that wasn't leaves no trace.
func (q *sequence) checkHeaders(v *visitor) {
	vary := strings.Count(strings.Join(q.w.sent["Vary"], ","), "Cookie")
	noStore := slices.Contains(q.w.sent["Cache-Control"], "no-store")
	if q.used != (vary == 1) || q.used != noStore || vary > 1 {
		q.t.Errorf("used before the response: %v; headers %q", q.used, q.w.sent)
	}
	cookies := v.sessionCookies(reply{&http.Response{Header: q.w.sent}, ""})
	ours := 0
	for _, c := range cookies {
		if c.Value != "handler" {
			ours++
			v.token = c.Value
		}
	}
	if ours > 1 || ours == 1 && len(cookies) != 1 {
		q.t.Errorf("cookies %q", q.w.sent["Set-Cookie"])
	}
}

// checkSaved: what was accepted is what another request finds, and nothing else is.
func (q *sequence) checkSaved(v *visitor) {
	live := v.token != "" && q.live(v.token)
	items := map[string]any{}
	if live {
		var err error
		items, err = q.open(v.token).Items()
		check(q.t, err)
	}
	if fmt.Sprint(items) != fmt.Sprint(q.values) {
		q.t.Errorf("saved %v, accepted %v", items, q.values)
	}
}

// Random sequences of operations: exactly one commit before the first byte of the final
// response, headers that fit, and nothing accepted that isn't saved.
func FuzzResponseWriter(f *testing.F) {
	f.Add([]byte{0, 13, 1}, false)
	f.Add([]byte{0, 11, 1, 16, 0}, true)
	f.Add([]byte{13, 0, 8}, true)
	f.Add([]byte{0, 7, 0, 9}, true)
	f.Add([]byte{5, 4, 19, 18, 17, 12, 3}, false)
	f.Add([]byte{20, 0, 6, 7, 13}, true)
	f.Fuzz(func(t *testing.T, ops []byte, known bool) {
		if len(ops) > 64 {
			ops = ops[:64]
		}
		runSequence(t, ops, known)
	})
}

// Every pair of operations, for known visitors and strangers.
func TestMB11_EveryPairOfOperations(t *testing.T) {
	for a := range operations {
		for b := range operations {
			for _, known := range []bool{true, false} {
				t.Run(fmt.Sprintf("%d %d %v", a, b, known), func(t *testing.T) { runSequence(t, []byte{byte(a), byte(b)}, known) })
			}
		}
	}
}
