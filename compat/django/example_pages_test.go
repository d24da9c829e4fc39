package django_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/compat/django"
)

// A session that is ended while a request is under way: 400, as Django's
// SessionInterrupted, in the place of 409.
func ExampleInterrupted() {
	ctx := context.Background()
	engine, manager := newSite()
	s := manager.New(ctx)
	if err := errors.Join(s.Set("a", 1), s.Save()); err != nil {
		log.Fatal(err)
	}
	strict, err := session.New(engine.Config(session.Config{ErrorHandler: django.Interrupted(nil)}))
	if err != nil {
		log.Fatal(err)
	}
	page := strict.Wrap(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = session.From(r).Get("a")
		_ = manager.End(ctx, s.Token()) // elsewhere the visitor signs out
		_ = session.From(r).Set("a", 2)
	}))
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("Cookie", "sessionid="+s.Token().Reveal())
	w := httptest.NewRecorder()
	page.ServeHTTP(w, r)
	fmt.Println(w.Code)
	// Output: 400
}

// A message that one page adds is shown by the next, whichever side that is on.
func ExampleMessages() {
	_, manager := newSite()
	messages, err := django.NewMessages(django.MessagesOptions{SecretKeys: []string{"a key of some length"}})
	if err != nil {
		log.Fatal(err)
	}
	add := manager.Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = messages.Add(w, r, session.Flash{Level: session.Success, Message: "Saved.", Category: "big"})
	}))
	show := manager.Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		all, _ := messages.Take(w, r)
		for _, f := range all {
			fmt.Printf("<li class=%q>%s</li>\n", messages.Tags(f), f.Message)
		}
	}))
	w := httptest.NewRecorder()
	add.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/save", nil))
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("Cookie", "messages="+w.Result().Cookies()[0].Value)
	show.ServeHTTP(httptest.NewRecorder(), r)
	// Output: <li class="big success">Saved.</li>
}

// A form with {% csrf_token %}, and the check of what comes back.
func ExampleCSRF() {
	csrf, err := django.NewCSRF(django.CSRFOptions{})
	if err != nil {
		log.Fatal(err)
	}
	var token string
	form := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, _ = csrf.Token(w, r) // or csrf.Field, the whole input element
	})
	save := csrf.Protect(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }))

	w := httptest.NewRecorder()
	form.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
	cookie := w.Result().Cookies()[0]
	for _, sent := range []string{token, "another one"} {
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(url.Values{"csrfmiddlewaretoken": {sent}}.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.AddCookie(cookie)
		w = httptest.NewRecorder()
		save.ServeHTTP(w, r)
		fmt.Println(cookie.Name, w.Code)
	}
	// Output:
	// csrftoken 204
	// csrftoken 403
}
