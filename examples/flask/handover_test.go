package main

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/memstore"
)

// handOver is for after the last route has moved: each visitor's session goes from the
// cookie that was shared with Flask to one of own's, at the first request that comes.
func handOver(shared, own *session.Manager, next http.Handler) http.Handler {
	return shared.Wrap(own.Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := take(shared.From(r), own.From(r)); err != nil {
			status := session.StatusCode(err)
			http.Error(w, http.StatusText(status), status)
			return
		}
		next.ServeHTTP(w, r)
	})))
}

// take moves what is in from, if there is anything, and if to is nobody's yet.
func take(from, to *session.Session) error {
	gone, err := from.IsNew()
	free, freeErr := to.IsNew()
	if err = errors.Join(err, freeErr); err != nil || gone || !free {
		return err
	}
	for _, step := range []func(from, to *session.Session) error{takeLogin, takeFlashes, takeValues} {
		if err := step(from, to); err != nil {
			return err
		}
	}
	if err := to.Save(); err != nil { // else it would be in neither
		return err
	}
	return from.Destroy()
}

func takeLogin(from, to *session.Session) error {
	user, err := from.Subject()
	if err != nil || user == "" {
		return err
	}
	return to.Login(user)
}

// takeFlashes takes the messages apart from the other values: they have another form
// there.
func takeFlashes(from, to *session.Session) error {
	flashes, err := from.Flashes()
	for _, f := range flashes {
		err = errors.Join(err, to.AddFlash(f))
	}
	return err
}

func takeValues(from, to *session.Session) error {
	values, err := from.Items()
	if err != nil {
		return err
	}
	return to.SetAll(values)
}

func TestHandOver(t *testing.T) {
	v := newVisitor(t)
	v.comesFromFlask(`{"_flashes":[{" t":["success","Flask says: hello."]}],"cart":{"lines":[{"count":2,"item":"hat"}]},` +
		`"since":{" d":"Tue, 14 Nov 2023 22:13:20 GMT"},"username":"alice"}`)
	shared, err := newManager([]string{"FLASK_SECRET_KEY=" + key})
	if err != nil {
		t.Fatal(err)
	}
	own, err := session.New(session.Config{Store: memstore.New(memstore.Options{})})
	if err != nil {
		t.Fatal(err)
	}
	var seen page
	site := handOver(shared, own, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if seen, err = readPage(own.From(r)); err != nil {
			t.Error(err)
		}
	}))
	jar := map[string]string{"session": v.cookie}
	for _, flashes := range []int{1, 0} {
		send(site, jar)
		if seen.User != "alice" || len(seen.Cart.Lines) != 1 || seen.Cart.Lines[0] != (line{"hat", 2}) || len(seen.Flashes) != flashes {
			t.Errorf("the session is %+v", seen)
		}
		if want := time.Date(2023, time.November, 14, 22, 13, 20, 0, time.UTC); !seen.Since.Equal(want) {
			t.Errorf("since %v", seen.Since)
		}
		if jar["session"] != "" || jar[own.CookieName()] == "" {
			t.Errorf("the browser has %v", jar)
		}
	}
	stranger := map[string]string{}
	if send(site, stranger); seen.User != "" || len(stranger) != 0 {
		t.Errorf("somebody else is %+v with %v", seen, stranger)
	}
}

// A session that can't be taken over stays where it is.
func TestHandOverFails(t *testing.T) {
	v := newVisitor(t)
	shared, err := newManager([]string{"FLASK_SECRET_KEY=" + key})
	if err != nil {
		t.Fatal(err)
	}
	own, err := session.New(session.Config{Store: memstore.New(memstore.Options{}), MaxBytes: 1})
	if err != nil {
		t.Fatal(err)
	}
	v.comesFromFlask(`{"cart":{"lines":[]},"username":"alice"}`)
	jar := map[string]string{"session": v.cookie}
	send(handOver(shared, own, http.NotFoundHandler()), jar)
	if text, _, err := v.signer.Open(jar["session"]); err != nil || string(text) != `{"cart":{"lines":[]},"username":"alice"}` {
		t.Errorf("left is %q, %v", text, err)
	}
}

// send sends a request with the cookies in jar and puts the new ones there.
func send(site http.Handler, jar map[string]string) {
	r := httptest.NewRequest(http.MethodGet, "https://shop.example/", nil)
	for name, value := range jar {
		if value != "" {
			r.AddCookie(&http.Cookie{Name: name, Value: value})
		}
	}
	w := httptest.NewRecorder()
	site.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		jar[c.Name] = c.Value
	}
}
