package django

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/coatcheck-go/session"
)

var said = []session.Flash{
	{Level: session.Notice, Message: "hello"},
	{Level: session.Success, Message: "<b>zoë</b>", HTML: true, Category: "x y"},
	{Level: session.Error, Message: "\U0001f600\"\\", Category: "z"},
}

const storages = "django.contrib.messages.storage."

// A message that one side adds is shown by the other, once: a few of them, and so many that they
// don't fit into the cookie.
func TestMessages(t *testing.T) {
	withTable(t, func(t *testing.T, s *site, b backend) {
		for _, more := range s.algorithms() {
			for _, storage := range []string{"fallback.FallbackStorage", "cookie.CookieStorage", "session.SessionStorage"} {
				more["MESSAGE_STORAGE"] = storages + storage
				v := s.visitor(b, more)
				v.crossBothWays(t, storage, said)
				if !strings.HasPrefix(storage, "cookie") { // which ones are lost there is another question
					v.crossBothWays(t, storage, append(slices.Clone(said), manyWords...))
				}
			}
		}
	})
}

// manyWords don't fit into a cookie, and hardly compress.
var manyWords = func() (all []session.Flash) {
	r := rand.New(rand.NewPCG(1, 1)) //nolint:gosec // the same each time
	for range 12 {
		words := make([]byte, 300)
		for i := range words {
			words[i] = byte('0' + r.IntN('z'-'0'))
		}
		all = append(all, session.Flash{Level: session.Notice, Message: string(words)})
	}
	return all
}()

func (v *visitor) crossBothWays(t *testing.T, storage string, all []session.Flash) {
	t.Helper()
	for range 2 {
		v.addInGo(t, all)
		v.checkPlace(t, storage, len(all))
		v.shownByDjango(t, storage, all)
		v.addInDjango(all)
		v.checkPlace(t, storage, len(all))
		v.shownByGo(t, storage, all)
	}
}

// checkPlace checks where the messages are.
func (v *visitor) checkPlace(t *testing.T, storage string, n int) {
	t.Helper()
	inSession := false
	v.page(func(_ http.ResponseWriter, r *http.Request) {
		var err error
		inSession, err = session.From(r).Has("_flashes")
		check(t, err)
	})
	overflows := strings.HasPrefix(storage, "fallback") && n > len(manyWords)
	if want := overflows || strings.HasPrefix(storage, "session"); inSession != want || (v.cookies["messages"] != "") == strings.HasPrefix(storage, "session") {
		t.Errorf("%s: %d messages; in the session: %v, in the cookie: %d bytes", storage, n, inSession, len(v.cookies["messages"]))
	}
}

// What CookieStorage has no room for is lost, the oldest first, as many by either side.
func TestMessages_Lost(t *testing.T) {
	withTable(t, func(t *testing.T, s *site, b backend) {
		var left [2][]any
		for i, add := range []func(v *visitor){func(v *visitor) { v.addInGo(t, manyWords) }, func(v *visitor) { v.addInDjango(manyWords) }} {
			v := s.visitor(b, question{"MESSAGE_STORAGE": storages + "cookie.CookieStorage"})
			add(v)
			check(t, json.Unmarshal([]byte(v.django(question{"path": "/show/"}).Body), &left[i]))
		}
		if len(left[0]) == 0 || len(left[0]) == len(manyWords) || !reflect.DeepEqual(left[0], left[1]) {
			t.Errorf("of Go's there are left\n%v\nof Django's\n%v", left[0], left[1])
		}
	})
}

// What is empty, or below MESSAGE_LEVEL, neither side keeps.
func TestMessages_Level(t *testing.T) {
	withTable(t, func(t *testing.T, s *site, b backend) {
		few := []session.Flash{{Level: session.Debug, Message: "d"}, {Level: session.Notice, Message: "i"}, {Level: session.Error}, {Level: session.Error, Message: "e"}}
		for level, want := range map[session.FlashLevel]string{0: "ie", session.Debug: "die", session.Warning: "e"} {
			more := question{"MESSAGE_LEVEL": level}
			if level == 0 {
				more = nil
			}
			v := s.visitor(b, more)
			v.addInGo(t, few)
			v.addInDjango(few)
			got := ""
			v.page(func(w http.ResponseWriter, r *http.Request) {
				all, err := v.goSite.Messages.Take(w, r)
				check(t, err)
				for _, f := range all {
					got += f.Message
				}
			})
			if got != want+want {
				t.Errorf("level %d: %q are kept", level, got)
			}
		}
	})
}

func (v *visitor) addInGo(t *testing.T, all []session.Flash) {
	t.Helper()
	for _, f := range all { // a request for each
		v.page(func(w http.ResponseWriter, r *http.Request) { check(t, v.goSite.Messages.Add(w, r, f)) })
	}
}

func (v *visitor) addInDjango(all []session.Flash) {
	for _, f := range all {
		v.django(question{"path": "/add/", "steps": []any{[]any{f.Level, f.Message, f.HTML, f.Category}}})
	}
}

func (v *visitor) shownByDjango(t *testing.T, storage string, all []session.Flash) {
	t.Helper()
	var want [][]any
	for _, f := range all {
		want = append(want, []any{f.Level, f.Message, f.HTML, v.goSite.Messages.Tags(f)})
	}
	text, err := json.Marshal(want)
	check(t, err)
	var got, wanted any
	check(t, json.Unmarshal(text, &wanted))
	check(t, json.Unmarshal([]byte(v.django(question{"path": "/show/"}).Body), &got))
	if fmt.Sprint(got) != fmt.Sprint(wanted) {
		t.Errorf("%s: Django shows\n%v\nwant\n%v", storage, got, wanted)
	}
	if again := v.django(question{"path": "/show/"}).Body; again != "[]" {
		t.Errorf("%s: Django shows again %s", storage, again)
	}
}

func (v *visitor) shownByGo(t *testing.T, storage string, all []session.Flash) {
	t.Helper()
	for _, want := range [][]session.Flash{all, nil} {
		v.page(func(w http.ResponseWriter, r *http.Request) {
			got, err := v.goSite.Messages.Take(w, r)
			check(t, err)
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("%s: Go shows\n%v\nwant\n%v", storage, got, want)
			}
		})
	}
}

// A form rendered by one side is accepted by the other, with the secret in a cookie and in the
// session; and no other token is.
func TestCSRF(t *testing.T) {
	withTable(t, func(t *testing.T, s *site, b backend) {
		for _, sessions := range []bool{false, true} {
			v := s.visitor(b, question{"CSRF_USE_SESSIONS": sessions})
			token := v.django(question{"path": "/form/"}).Body
			v.accepts(t, "Django's token", token, http.StatusOK)
			v.cookies = map[string]string{}
			token = v.token(t)
			v.accepts(t, "Go's token", token, http.StatusOK)
			v.accepts(t, "another token", strings.ToUpper(token), http.StatusForbidden)
			v.accepts(t, "no token", "", http.StatusForbidden)
			v.page(func(w http.ResponseWriter, r *http.Request) { check(t, v.goSite.CSRF.Rotate(w, r)) })
			v.accepts(t, "a token of before the rotation", token, http.StatusForbidden)
			v.cookies = map[string]string{}
			v.accepts(t, "a token without its secret", token, http.StatusForbidden)
		}
	})
}

// token is one of Go's.
func (v *visitor) token(t *testing.T) (token string) {
	t.Helper()
	v.page(func(w http.ResponseWriter, r *http.Request) {
		var err error
		token, err = v.goSite.CSRF.Token(w, r)
		check(t, err)
	})
	return token
}

// accepts sends a form to both sides.
func (v *visitor) accepts(t *testing.T, what, token string, want int) {
	t.Helper()
	theirs := v.django(question{"path": "/form/", "form": map[string]string{"csrfmiddlewaretoken": token}})
	ok := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
	ours := v.send(v.post(url.Values{"csrfmiddlewaretoken": {token}}), v.goSite.CSRF.Protect(ok))
	if theirs.Status != want || ours.Status != want {
		t.Errorf("%s: Django answers %d, Go %d, want %d", what, theirs.Status, ours.Status, want)
	}
}
