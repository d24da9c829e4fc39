package site

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
)

const credentials = `{"username":"alice","password":"wonderland"}`

func (a answer) json(tb testing.TB, v any) {
	tb.Helper()
	if got := a.Header.Get("Content-Type"); got != "application/json" {
		tb.Errorf("Content-Type %q", got)
	}
	if err := json.Unmarshal([]byte(a.body), v); err != nil {
		tb.Fatalf("%v in %s", err, a.body)
	}
}

func TestAPISessionOfAStranger(t *testing.T) {
	v := newVisitor(t, newServer(t, session.Config{}))
	a := v.get("/api/session").is(t, 200)
	want := `{"authenticated":false,"username":null,"values":{},"created":null,"expires":null,"store":"memory"}`
	if strings.TrimSpace(a.body) != want {
		t.Errorf("got  %swant %s", a.body, want)
	}
	if v.cookie() != "" {
		t.Error("a cookie for a stranger")
	}
}

func TestAPISession(t *testing.T) {
	v := newVisitor(t, newServer(t, session.Config{}))
	v.call("POST", "/api/login", credentials).is(t, 204)
	v.call("PUT", "/api/session/values/color", `"blue"`).is(t, 204)
	var got struct {
		Authenticated bool
		Username      string
		Values        map[string]string
		Created       time.Time
		Expires       time.Time
		Store         string
	}
	v.get("/api/session").json(t, &got)
	if !got.Authenticated || got.Username != "alice" || got.Values["color"] != "blue" || got.Store != "memory" {
		t.Errorf("got %+v", got)
	}
	if age := time.Since(got.Created); age < 0 || age > time.Minute {
		t.Errorf("created %v", got.Created)
	}
	if left := time.Until(got.Expires); left < 23*time.Hour || left > 24*time.Hour {
		t.Errorf("expires %v", got.Expires)
	}
}

func TestAPIValues(t *testing.T) {
	v := newVisitor(t, newServer(t, session.Config{}))
	for _, value := range []string{
		`1.0`, `-0`, `12345678901234567890123`, `1E+2`, `null`, `true`, `"ü\n\u0000"`, `[]`, `[1,[2.50]]`, `{"a":{"b":null}}`,
	} {
		v.call("PUT", "/api/session/values/x", value).is(t, 204)
		var got struct{ Values map[string]json.RawMessage }
		v.get("/api/session").json(t, &got)
		if string(got.Values["x"]) != value {
			t.Errorf("put %s, got %s", value, got.Values["x"])
		}
	}
	v.call("DELETE", "/api/session/values/x", "").is(t, 204)
	v.call("DELETE", "/api/session/values/x", "").is(t, 204)
	v.get("/api/session").shows(t, `"values":{}`)
}

func TestAPIKeys(t *testing.T) {
	v := newVisitor(t, newServer(t, session.Config{}))
	for _, key := range []string{"a%2Fb", "%C3%BC", "a%20b", strings.Repeat("k", 255)} {
		v.call("PUT", "/api/session/values/"+key, `1`).is(t, 204)
	}
	v.get("/api/session").shows(t, `"a/b":1`, `"ü":1`, `"a b":1`)
	for _, key := range []string{"_flashes", "%FF", strings.Repeat("k", 256)} {
		v.call("PUT", "/api/session/values/"+key, `1`).problem(t, 400)
		v.call("DELETE", "/api/session/values/"+key, "").problem(t, 400)
		v.call("POST", "/api/session/incr/"+key, "").problem(t, 400)
	}
}

func TestAPIHidesTheLibrarysOwnValues(t *testing.T) {
	v := newVisitor(t, newServer(t, session.Config{}))
	v.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	v.submit("/cart", "/cart/add", "item", "hat").is(t, 303) // its message isn't shown yet
	v.get("/api/session").shows(t, `"values":{"cart":`).hides(t, "one more")
}

func TestAPIRefusesBadBodies(t *testing.T) {
	v := newVisitor(t, newServer(t, session.Config{}))
	for _, body := range []string{``, `{`, `1 2`, `x`, `{"a":}`} {
		v.call("PUT", "/api/session/values/x", body).problem(t, 400)
		v.call("POST", "/api/login", body).problem(t, 400)
	}
	v.call("POST", "/api/login", `["alice"]`).problem(t, 400)
	for _, size := range []int{600 << 10, 2 << 20} { // more than a session, more than a body
		v.call("PUT", "/api/session/values/x", `"`+strings.Repeat("x", size)+`"`).problem(t, 413)
	}
	v.get("/api/session").shows(t, `"created":null`)
}

func TestAPIIncr(t *testing.T) {
	v := newVisitor(t, newServer(t, session.Config{}))
	v.call("POST", "/api/session/incr/n", "").is(t, 200).shows(t, `{"value":1}`)
	v.call("POST", "/api/session/incr/n", "").shows(t, `{"value":2}`)
	v.call("PUT", "/api/session/values/n", `-41`)
	v.call("POST", "/api/session/incr/n", "").shows(t, `{"value":-40}`)
	for _, value := range []string{`"1"`, `1.5`, `1.0`, `1e3`, `null`, `true`, `[]`, `{}`, `9223372036854775807`, `9223372036854775808`} {
		v.call("PUT", "/api/session/values/n", value)
		v.call("POST", "/api/session/incr/n", "").problem(t, 409)
		v.get("/api/session").shows(t, `"n":`+value)
	}
}

// Each of many requests at once is told a number of its own.
func TestAPIIncrIsExact(t *testing.T) {
	const n = 100
	v := newVisitor(t, newServer(t, session.Config{}))
	v.call("PUT", "/api/session/values/n", `0`)
	var all sync.WaitGroup
	seen := make([]int, n)
	for i := range n {
		all.Go(func() {
			var got struct{ Value int }
			v.call("POST", "/api/session/incr/n", "").json(t, &got)
			seen[i] = got.Value
		})
	}
	all.Wait()
	told := map[int]bool{}
	for _, value := range seen {
		told[value] = true
	}
	for i := range n {
		if !told[i+1] {
			t.Errorf("nobody was told %d", i+1)
		}
	}
	v.get("/api/session").shows(t, fmt.Sprintf(`"n":%d`, n))
}

func TestAPIRotate(t *testing.T) {
	v := newVisitor(t, newServer(t, session.Config{}))
	v.call("POST", "/api/session/incr/n", "")
	before := v.cookie()
	v.call("POST", "/api/session/rotate", "").is(t, 204)
	if v.cookie() == before {
		t.Error("the token is the same")
	}
	v.call("POST", "/api/session/incr/n", "").shows(t, `{"value":2}`)
}

func TestAPILogin(t *testing.T) {
	v := newVisitor(t, newServer(t, session.Config{}))
	a := v.call("POST", "/api/login", `{"username":"alice","password":"builder"}`).problem(t, 401).
		shows(t, "Invalid username or password")
	if a.Header.Get("WWW-Authenticate") == "" {
		t.Error("401 without WWW-Authenticate")
	}
	v.call("POST", "/api/login", credentials).is(t, 204)
	v.get("/api/session").shows(t, `"username":"alice"`)
	v.get("/").shows(t, "Logged in as alice") // one session for both
	v.call("POST", "/api/logout", "").is(t, 204)
	v.get("/api/session").shows(t, `"authenticated":false`)
	v.call("POST", "/api/logout", "").is(t, 204)
}

func TestAPIDevices(t *testing.T) {
	base := newServer(t, session.Config{})
	one, two := newVisitor(t, base), newVisitor(t, base)
	one.get("/api/devices").problem(t, 401)
	one.call("DELETE", "/api/devices/AAAAAAAAAAAAAAAA", "").problem(t, 401)
	one.call("POST", "/api/devices/end-others", "").problem(t, 401)
	one.call("POST", "/api/login", credentials)
	two.call("POST", "/api/login", credentials)

	var list []struct {
		Handle  string
		Current bool
		Created time.Time
		Address string
	}
	one.get("/api/devices").json(t, &list)
	if len(list) != 2 || list[0].Current == list[1].Current || list[0].Address != "127.0.0.1" || list[0].Created.IsZero() {
		t.Fatalf("got %+v", list)
	}
	if list[0].Current { // the last seen comes first, to the millisecond
		slices.Reverse(list)
	}
	one.call("DELETE", "/api/devices/AAAAAAAAAAAAAAAA", "").problem(t, 404)
	one.call("DELETE", "/api/devices/nonsense", "").problem(t, 404)
	one.call("DELETE", "/api/devices/"+list[0].Handle, "").is(t, 204)
	one.call("DELETE", "/api/devices/"+list[0].Handle, "").problem(t, 404)
	two.get("/api/devices").problem(t, 401)

	two.call("POST", "/api/login", credentials)
	two.call("POST", "/api/devices/end-others", "").is(t, 204)
	one.get("/api/devices").problem(t, 401)
	two.get("/api/devices").is(t, 200)
}
