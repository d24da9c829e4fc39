package django

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/coatcheck-go/session"
)

var said = []session.Flash{
	{Level: session.Notice, Message: "hello"},
	{Level: session.Success, Message: "<b>zoë</b>", HTML: true, Category: "x y"},
	{Level: session.Error, Message: "\U0001f600\"\\", Category: "z"},
}

// levelTags are Django's.
var levelTags = map[session.FlashLevel]string{session.Notice: "info", session.Success: "success", session.Error: "error"}

const storages = "django.contrib.messages.storage."

// A message that one side adds is shown by the other, once: a few of them, and so many that they
// don't fit into the cookie.
func TestMessages(t *testing.T) {
	withTable(t, func(t *testing.T, s *site, b backend) {
		for _, storage := range []string{"fallback.FallbackStorage", "cookie.CookieStorage", "session.SessionStorage"} {
			for _, extra := range []int{0, 8} {
				if extra > 0 && strings.HasPrefix(storage, "cookie") {
					continue // which ones are lost is another question
				}
				all := said
				for i := range extra {
					all = append(all, session.Flash{Level: session.Notice, Message: fmt.Sprint(i, strings.Repeat(randomLetters(i), 20))})
				}
				v := s.visitor(b, question{"MESSAGE_STORAGE": storages + storage})
				for range 2 {
					v.addInGo(t, all)
					v.shownByDjango(t, storage, all)
					v.addInDjango(all)
					v.shownByGo(t, storage, all)
				}
			}
		}
	})
}

// randomLetters don't compress well.
func randomLetters(seed int) string {
	letters := make([]byte, 20)
	for i := range letters {
		letters[i] = byte('a' + (i*i*7+seed*31+i*seed*13)%26)
	}
	return string(letters)
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
		want = append(want, []any{f.Level, f.Message, f.HTML, strings.TrimPrefix(f.Category+" "+levelTags[f.Level], " ")})
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
			v.page(func(w http.ResponseWriter, r *http.Request) {
				var err error
				token, err = v.goSite.CSRF.Token(w, r)
				check(t, err)
			})
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
