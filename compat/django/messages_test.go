package django

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/coatcheck-go/session"
)

var shown = []session.Flash{
	{Level: session.Notice, Message: "hello"},
	{Level: session.Success, Message: "<b>ok</b>", HTML: true, Category: "x y"},
	{Level: session.Error, Message: "é"},
}

// The messages cookie of Django, read, and written with the same text in it.
func TestMessages_Vectors(t *testing.T) {
	m := must[*Messages](t)(NewMessages(MessagesOptions{SecretKeys: []string{testKey}}))
	for _, file := range captures {
		cookie := vector(t, file, "messages cookie")
		all, more := m.inCookie(cookie)
		if !slices.Equal(all, shown) || more {
			t.Errorf("%s: %v %v", file, all, more)
		}
		want := strings.Replace(inflate(t, cookie), `,""]`, "]", 1)
		if got := inflate(t, must[string](t)(m.encode(all, false))); got != want {
			t.Errorf("%s: %s\nwant %s", file, got, want)
		}
	}
	old := must[*Messages](t)(NewMessages(MessagesOptions{SecretKeys: []string{"new", testKey}}))
	if all, _ := old.inCookie(vector(t, captures[1], "messages cookie")); len(all) != 3 {
		t.Error("a fallback key isn't accepted")
	}
}

// Signatures of before 3.1, as sessions have them.
func TestMessages_SHA1(t *testing.T) {
	made := map[SHA1]string{}
	all := map[SHA1]*Messages{}
	for _, by := range []SHA1{NoSHA1, ReadSHA1, WriteSHA1} {
		all[by] = must[*Messages](t)(NewMessages(MessagesOptions{SecretKeys: []string{testKey}, SHA1: by}))
		made[by] = must[string](t)(all[by].encode(shown, false))
	}
	for reads, writes := range map[SHA1][]SHA1{NoSHA1: {NoSHA1, ReadSHA1}, ReadSHA1: {NoSHA1, ReadSHA1, WriteSHA1}, WriteSHA1: {WriteSHA1}} {
		for by, cookie := range made {
			if got, _ := all[reads].inCookie(cookie); (len(got) == len(shown)) != slices.Contains(writes, by) {
				t.Errorf("%v reads of %v: %v", reads, by, got)
			}
		}
	}
	if _, err := NewMessages(MessagesOptions{SecretKeys: []string{testKey}, SHA1: 9}); err == nil {
		t.Error("no such way")
	}
}

// What is empty or below the level isn't kept.
func TestMessages_Level(t *testing.T) {
	for _, storage := range []MessageStorage{CookieStorage, SessionStorage} {
		for level, want := range map[session.FlashLevel]string{0: "iwn", session.Debug: "diwn", session.Warning: "w"} {
			b := &browser{newDB(t, Options{}), map[string]string{}}
			m := must[*Messages](t)(NewMessages(MessagesOptions{SecretKeys: []string{testKey}, Storage: storage, Level: level}))
			for _, f := range []session.Flash{
				{Level: session.Debug, Message: "d"}, {Level: session.Notice, Message: "i"}, {Level: session.Warning, Message: "w"}, {Level: session.Error}, {Message: "n"},
			} {
				b.add(m, f)
			}
			got := ""
			for _, f := range b.take(m) {
				got += f.Message
			}
			if got != want {
				t.Errorf("%v, level %d: %q, want %q", storage, level, got, want)
			}
		}
	}
}

// A browser visits a site of one page.
type browser struct {
	d       *db
	cookies map[string]string
}

func (b *browser) visit(page func(w http.ResponseWriter, r *http.Request)) *http.Response {
	r := httptest.NewRequestWithContext(b.d.tb.Context(), http.MethodGet, "/", nil)
	return b.send(r, page)
}

func (b *browser) send(r *http.Request, page func(w http.ResponseWriter, r *http.Request)) *http.Response {
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	w := httptest.NewRecorder()
	b.d.m.Wrap(http.HandlerFunc(page)).ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		if b.cookies[c.Name] = c.Value; c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		}
	}
	return w.Result()
}

func (b *browser) add(m *Messages, f session.Flash) {
	b.d.tb.Helper()
	b.visit(func(w http.ResponseWriter, r *http.Request) { check(b.d.tb, m.Add(w, r, f)) })
}

func (b *browser) take(m *Messages) (all []session.Flash) {
	b.d.tb.Helper()
	b.visit(func(w http.ResponseWriter, r *http.Request) { all = must[[]session.Flash](b.d.tb)(m.Take(w, r)) })
	return all
}

func TestMessages(t *testing.T) {
	for _, storage := range []MessageStorage{FallbackStorage, CookieStorage, SessionStorage} {
		b := &browser{newDB(t, Options{}), map[string]string{}}
		m := must[*Messages](t)(NewMessages(MessagesOptions{SecretKeys: []string{testKey}, Storage: storage}))
		b.visit(func(w http.ResponseWriter, r *http.Request) {
			check(t, m.Add(w, r, shown[0]), m.Add(w, r, shown[1]))
		})
		b.add(m, shown[2])
		if _, inCookie := b.cookies["messages"]; inCookie == (storage == SessionStorage) {
			t.Errorf("%v: %v", storage, b.cookies)
		}
		if got := b.take(m); !slices.Equal(got, shown) {
			t.Errorf("%v: %v", storage, got)
		}
		if got := b.take(m); len(got) != 0 || b.cookies["messages"] != "" {
			t.Errorf("%v: again %v", storage, got)
		}
	}
}

// What doesn't fit into the cookie goes into the session, where Django finds it.
func TestMessages_Overflow(t *testing.T) {
	b := &browser{newDB(t, Options{}), map[string]string{}}
	m := must[*Messages](t)(NewMessages(MessagesOptions{SecretKeys: []string{testKey}}))
	var want []session.Flash
	for i := range 6 {
		want = append(want, session.Flash{Level: session.Warning, Message: fmt.Sprint(i, b.d.e.NewID(), strings.Repeat(b.d.e.NewID(), 1), randomText(400, csrfChars))})
		b.add(m, want[i])
		if n := len(b.cookies["messages"]); n > maxMessages {
			t.Errorf("%d bytes in the cookie", n)
		}
	}
	inCookie, more := m.inCookie(b.cookies["messages"])
	stored := b.d.dict(b.cookies["sessionid"])
	if !more || len(inCookie) < 2 || len(inCookie) > 4 || !strings.HasPrefix(stored, `{"_messages":"[[\"__json_message\", 0, 30, `) {
		t.Errorf("%d in the cookie, %v; %s", len(inCookie), more, stored)
	}
	if got := b.take(m); !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
	if stored := b.d.dict(b.cookies["sessionid"]); stored != "{}" {
		t.Error(stored)
	}

	onlyCookie := must[*Messages](t)(NewMessages(MessagesOptions{SecretKeys: []string{testKey}, Storage: CookieStorage}))
	for _, f := range want {
		b.add(onlyCookie, f)
	}
	if got := b.take(onlyCookie); len(got) < 2 || got[len(got)-1] != want[5] {
		t.Errorf("%d messages are left", len(got))
	}
}

func TestMessages_HugeOne(t *testing.T) {
	b := &browser{newDB(t, Options{}), map[string]string{}}
	m := must[*Messages](t)(NewMessages(MessagesOptions{SecretKeys: []string{testKey}}))
	huge := session.Flash{Level: session.Notice, Message: randomText(5000, csrfChars)}
	b.add(m, huge)
	if got := b.take(m); !slices.Equal(got, []session.Flash{huge}) {
		t.Errorf("%d messages", len(got))
	}
}

func TestMessages_Forged(t *testing.T) {
	b := &browser{newDB(t, Options{}), map[string]string{"messages": vector(t, captures[1], "messages cookie") + "x"}}
	m := must[*Messages](t)(NewMessages(MessagesOptions{SecretKeys: []string{testKey}}))
	if got := b.take(m); len(got) != 0 || b.cookies["messages"] != "" {
		t.Errorf("%v", got)
	}
	for _, text := range []string{
		`1`, `[1]`, `[[]]`, `[["__json_message",0,20]]`, `[["x",0,20,"m"]]`, `[["__json_message","0",20,"m"]]`, `[["__json_message",0,2.5,"m"]]`,
		`[["__json_message",0,20,5]]`, `[["__json_message",0,20,"m",5]]`, `[["__json_message",0,20,"m","t",1]]`, `[`,
	} {
		if all, more := m.inCookie(m.signer.Seal([]byte(text))); all != nil || more {
			t.Errorf("%s: %v", text, all)
		}
	}
	if all, more := m.inCookie(m.signer.Seal([]byte(`["__messagesnotfinished__"]`))); len(all) != 0 || !more {
		t.Errorf("%v %v", all, more)
	}
	if _, err := NewMessages(MessagesOptions{}); err == nil {
		t.Error("no key")
	}
	if _, err := NewMessages(MessagesOptions{SecretKeys: []string{"k"}, Storage: 9}); err == nil {
		t.Error("no such storage")
	}
	if _, err := NewMessages(MessagesOptions{SecretKeys: []string{"k"}, Cookie: &http.Cookie{Domain: "a b"}}); err == nil {
		t.Error("no such domain")
	}
}

func TestMessages_Cookie(t *testing.T) {
	b := &browser{newDB(t, Options{}), map[string]string{}}
	m := must[*Messages](t)(NewMessages(MessagesOptions{SecretKeys: []string{testKey}, Cookie: &http.Cookie{Domain: "example.com", Secure: true, SameSite: http.SameSiteStrictMode}}))
	res := b.visit(func(w http.ResponseWriter, r *http.Request) { check(t, m.Add(w, r, shown[0])) })
	line := res.Header.Get("Set-Cookie")
	if !strings.HasSuffix(line, "; Path=/; Domain=example.com; Secure; SameSite=Strict") || res.Header.Get("Vary") != "Cookie" {
		t.Errorf("%s", line)
	}
}

// Session.AddFlash writes what session storage of Django reads.
func TestFlashes(t *testing.T) {
	d := newDB(t, Options{})
	key := d.put(`{"a":1,"_messages":"[[\"__json_message\", 1, 20, \"<b>\", \"\"]]","b":2}`)
	d.do(key, func(s *session.Session) error { return s.AddFlash(shown[2]) })
	if got, want := d.dict(key), `{"a":1,"_messages":"[[\"__json_message\", 1, 20, \"<b>\"], [\"__json_message\", 0, 40, \"\\u00e9\"]]","b":2}`; got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	d.do(key, func(s *session.Session) error {
		got := must[[]session.Flash](t)(s.Flashes())
		if !slices.Equal(got, []session.Flash{{Level: session.Notice, Message: "<b>", HTML: true}, shown[2]}) {
			t.Errorf("%v", got)
		}
		return nil
	})
	if got := d.dict(key); got != `{"a":1,"b":2}` {
		t.Error(got)
	}
}
