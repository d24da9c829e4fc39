package sealed_test

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/memstore"
	"github.com/coatcheck-go/session/sealed"
)

// A shop is a site that browsers and programs can ask.
type shop struct {
	t *testing.T
	*httptest.Server
}

// newShop has a page that stores an essay of ?size bytes, one that tells its size and who
// is logged in, and those to log in and out.
func newShop(t *testing.T, c session.Config, o sealed.Options) shop {
	t.Helper()
	e, err := sealed.New(newRing(t), o)
	check(t, err)
	c.Engine = e
	c.ErrorHandler = func(w http.ResponseWriter, _ *http.Request, err error) {
		http.Error(w, err.Error(), session.StatusCode(err))
	}
	m, err := session.New(c)
	check(t, err)
	mux := http.NewServeMux()
	do := func(path string, f func(s *session.Session, r *http.Request) error) {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			if err := f(session.From(r), r); err != nil {
				http.Error(w, err.Error(), session.StatusCode(err))
			}
		})
	}
	do("/essay", func(s *session.Session, r *http.Request) error {
		size, err := strconv.Atoi(r.FormValue("size"))
		return errors.Join(err, s.Set("essay", strings.Repeat("x", size)))
	})
	do("/login", func(s *session.Session, _ *http.Request) error { return s.Login("alice") })
	do("/logout", func(s *session.Session, _ *http.Request) error { return s.Logout() })
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		s := session.From(r)
		essay, err := session.Get[string](s, "essay")
		who, whoErr := s.Subject()
		if err = errors.Join(err, whoErr); err != nil && !errors.Is(err, session.ErrNotFound) {
			http.Error(w, err.Error(), session.StatusCode(err))
			return
		}
		fmt.Fprintf(w, "%q wrote %d", who, len(essay))
	})
	server := httptest.NewTLSServer(m.Wrap(mux))
	t.Cleanup(server.Close)
	return shop{t, server}
}

// browser returns a client with a cookie jar.
func (s shop) browser() *http.Client {
	jar, err := cookiejar.New(nil)
	check(s.t, err)
	client := *s.Client()
	client.Jar = jar
	return &client
}

// cookies returns what the client would send.
func (s shop) cookies(client *http.Client) map[string]string {
	u, err := url.Parse(s.URL)
	check(s.t, err)
	all := map[string]string{}
	for _, c := range client.Jar.Cookies(u) {
		all[c.Name] = c.Value
	}
	return all
}

// ask returns the answer to a request with some headers, its body read.
func (s shop) ask(client *http.Client, path string, headers map[string]string) (answer *http.Response, body string) {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), http.MethodGet, s.URL+path, nil)
	check(s.t, err)
	for name, value := range headers {
		r.Header.Set(name, value)
	}
	answer, err = client.Do(r)
	check(s.t, err)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	check(s.t, err)
	return answer, string(text)
}

func (s shop) want(client *http.Client, path string, status int, body string) {
	s.t.Helper()
	answer, got := s.ask(client, path, nil)
	if answer.StatusCode != status || !strings.Contains(got, body) {
		s.t.Errorf("%s: %d %s, want %d %s", path, answer.StatusCode, got, status, body)
	}
	for _, line := range answer.Header["Set-Cookie"] {
		if len(line) > 4096 {
			s.t.Errorf("%s: a cookie of %d bytes", path, len(line))
		}
	}
}

// TestMB10_SplitCookies grows and shrinks a session over the cookies that it may take.
func TestMB10_SplitCookies(t *testing.T) {
	for name, o := range map[string]sealed.Options{
		"encrypted": {}, "signed": {SignedOnly: true}, "records": {Records: memstore.New(memstore.Options{})},
	} {
		t.Run(name, func(t *testing.T) {
			s := newShop(t, session.Config{Cookie: session.Cookie{MaxParts: 3}}, o)
			b := s.browser()
			s.want(b, "/login", 200, "")
			for _, step := range []struct{ size, cookies int }{{100, 1}, {5000, 3}, {8000, 4}, {5100, 3}, {2500, 1}, {8000, 4}} {
				s.want(b, fmt.Sprintf("/essay?size=%d", step.size), 200, "")
				s.want(b, "/", 200, fmt.Sprintf(`"alice" wrote %d`, step.size))
				if n := len(s.cookies(b)); n != step.cookies {
					t.Errorf("%d bytes are in %d cookies, want %d", step.size, n, step.cookies)
				}
			}
			s.want(b, "/essay?size=9500", 413, `"essay" 9502 bytes`)
			s.want(b, "/", 200, `"alice" wrote 8000`)
			s.want(b, "/logout", 200, "")
			if left := s.cookies(b); len(left) > 0 {
				t.Errorf("after the logout there are %v", slices.Collect(maps.Keys(left)))
			}
		})
	}
}

// TestPartsAreNoSession: with one part missing, or of another session, there is none.
func TestPartsAreNoSession(t *testing.T) {
	s := newShop(t, session.Config{Cookie: session.Cookie{MaxParts: 3}}, sealed.Options{})
	b, other := s.browser(), s.browser()
	for _, client := range []*http.Client{b, other} {
		s.want(client, "/login", 200, "")
		s.want(client, "/essay?size=8000", 200, "")
	}
	whole := s.cookies(b)
	ask := func(cookies map[string]string) string {
		var lines []string
		for name, value := range cookies {
			lines = append(lines, name+"="+value)
		}
		_, body := s.ask(s.Client(), "/", map[string]string{"Cookie": strings.Join(lines, "; ")})
		return body
	}
	if got := ask(whole); got != `"alice" wrote 8000` {
		t.Fatal(got)
	}
	for name := range whole {
		missing := maps.Clone(whole)
		delete(missing, name)
		foreign := maps.Clone(whole)
		for otherName, value := range s.cookies(other) {
			if name[strings.LastIndexByte(name, '~')+1:] == otherName[strings.LastIndexByte(otherName, '~')+1:] {
				foreign[name] = value
			}
		}
		for what, cookies := range map[string]map[string]string{"missing": missing, "another's": foreign} {
			if got := ask(cookies); got != `"" wrote 0` {
				t.Errorf("%s %s: %s", name, what, got)
			}
		}
	}
}

// TestHeaders: programs carry the token in a header, and get each new one in a header.
func TestHeaders(t *testing.T) {
	for name, c := range map[string]session.Header{
		"named": {Name: "Session-Token"}, "bearer": {Name: "Session-Token", Bearer: true}, "only": {Name: "Session-Token", Only: true},
	} {
		for _, records := range []bool{false, true} {
			t.Run(fmt.Sprint(name, "/records ", records), func(t *testing.T) {
				o := sealed.Options{}
				if records {
					o.Records = memstore.New(memstore.Options{})
				}
				p := program{t: t, shop: newShop(t, session.Config{Header: c}, o), bearer: c.Bearer}
				p.life(records)
			})
		}
	}
}

// A program has a token.
type program struct {
	t      *testing.T
	shop   shop
	bearer bool
	token  string
}

func (p *program) ask(path string, status int) (body string) {
	p.t.Helper()
	headers := map[string]string{"Session-Token": p.token}
	if p.bearer && p.token != "" {
		headers = map[string]string{"Authorization": "Bearer " + p.token}
	}
	answer, body := p.shop.ask(p.shop.Client(), path, headers)
	if answer.StatusCode != status || len(answer.Header["Set-Cookie"]) > 0 {
		p.t.Errorf("%s: status %d, want %d, cookies %q", path, answer.StatusCode, status, answer.Header["Set-Cookie"])
	}
	if fresh, ok := answer.Header["Session-Token"]; ok {
		p.token = fresh[0]
	}
	return body
}

func (p *program) life(records bool) {
	p.ask("/login", 200)
	if !isSealed(session.Token(p.token)) {
		p.t.Fatalf("the token is %q", p.token)
	}
	p.ask("/essay?size=4500", 200) // more than a cookie has room for
	if got := p.ask("/", 200); got != `"alice" wrote 4500` {
		p.t.Error(got)
	}
	before := p.token
	if got := p.ask("/essay?size=6000", 413); !strings.Contains(got, "essay") || p.token != before {
		p.t.Errorf("too large for a header: %s, token changed %v", got, p.token != before)
	}
	p.ask("/logout", 200)
	if p.token != "" {
		p.t.Errorf("after the logout the token is %q", p.token)
	}
	p.token = before
	if got := p.ask("/", 200); (got == `"" wrote 0`) != records {
		p.t.Errorf("a copy after the logout: %s", got)
	}
}
