package djangodemo

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

var settings = map[string]setting{
	"SQLite":    {engine: "db", store: sqlite},
	"cached_db": {engine: "cached_db", cache: redisCache, store: sqlite},
	"files":     {engine: "file", store: func(dir string) string { return "django+file:" + dir }, byName: true},
	"Redis":     {engine: "cache", cache: redisCache, store: func(string) string { return "django+redis://" + running.Redis.Address() }, byName: true},
	"memcached": {engine: "cache", cache: memcachedCache, store: func(string) string { return "django+memcached://" + running.Memcached.Address() }, byName: true},
	"cookie":    {engine: "signed_cookies", store: func(string) string { return "django+cookie:" }, byName: true},
}

func sqlite(dir string) string { return "django+sqlite:" + database(dir) }

// Each setting has its Django and its demo, and visitors of all kinds come to both.
func TestBesideDjango(t *testing.T) {
	for name, s := range settings {
		t.Run(name, func(t *testing.T) {
			p := pair{setting: s}
			p.django, p.demo = s.start(t)
			t.Run("sign in", p.signsIn)
			t.Run("wrong password", p.refuses)
			t.Run("values", p.sharesValues)
			if !s.byName {
				t.Run("password change", p.endsByPassword)
			}
		})
	}
}

// A pair is Django and the demo, running.
type pair struct {
	setting
	django, demo string
}

// signIn signs in on one of the sites.
func (p pair) signIn(v *visitor, atDjango bool) {
	v.Helper()
	page := p.demo + "/login"
	switch {
	case atDjango && p.byName:
		page = p.django + "/named-login"
	case atDjango:
		page = p.django + "/login"
	}
	v.submit(page, page, url.Values{"username": {"alice"}, "password": {"wonderland"}})
}

func (p pair) signOut(v *visitor, atDjango bool) {
	v.Helper()
	if atDjango {
		v.submit(p.django+"/logout", p.django+"/logout", url.Values{})
	} else {
		v.submit(p.demo+"/", p.demo+"/logout", url.Values{})
	}
}

// know holds both sites to who is signed in: name, empty for nobody.
func (p pair) know(v *visitor, name string) {
	v.Helper()
	atDjango, atDemo := v.django(p.django), v.demo(p.demo)
	is := atDjango.User
	if p.byName {
		is = atDjango.Username
	}
	if is != name || atDemo.Username != name || atDemo.Authenticated != (name != "") {
		v.Errorf("Django knows %+v, the demo %+v; want %q", atDjango, atDemo, name)
	}
}

// Who signs in on one site is signed in on the other, and so it is with signing out,
// each way.
func (p pair) signsIn(t *testing.T) {
	v := newVisitor(t)
	for _, inAtDjango := range []bool{true, false} {
		for _, outAtDjango := range []bool{true, false} {
			p.know(v, "")
			p.signIn(v, inAtDjango)
			p.know(v, "alice")
			p.signOut(v, outAtDjango)
		}
	}
	p.know(v, "")
}

// A wrong password signs nobody in, and says so.
func (p pair) refuses(t *testing.T) {
	v := newVisitor(t)
	for _, user := range []string{"alice", "nobody"} {
		page := v.submit(p.demo+"/login", p.demo+"/login", url.Values{"username": {user}, "password": {"umbrella"}})
		v.sees(page, "Invalid username or password")
	}
	p.know(v, "")
}

// A cart of the demo's, messages of both, and what the demo says is stored.
func (p pair) sharesValues(t *testing.T) {
	v := newVisitor(t)
	p.signIn(v, true)
	v.sees(v.submit(p.demo+"/cart", p.demo+"/cart/add", url.Values{"item": {"hat"}}), "Hat: one more in the cart.")
	if d := v.django(p.django); string(d.Cart) != `{"lines": [{"item": "hat", "count": 1}]}` {
		t.Errorf("Django has %s", d.Cart)
	}
	kept := "_auth_user_backend"
	if p.byName {
		kept = `"alice"`
	}
	v.sees(v.get(p.demo+"/inside"), "<code>cart</code>", kept, "The cookie is Django’s")

	v.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	p.signOut(v, true) // leaves its message for the next page, wherever that is
	v.sees(v.get(p.demo+"/"), "Django says: goodbye.")
	p.signIn(v, false)
	if d := v.django(p.django); len(d.Messages) != 1 || !strings.HasPrefix(d.Messages[0], "You are signed in.") {
		t.Errorf("messages in Django: %q", d.Messages)
	}
}

// A password that is changed in Django signs out everywhere but there.
func (p pair) endsByPassword(t *testing.T) {
	here, there := newVisitor(t), newVisitor(t)
	p.signIn(here, true)
	p.signIn(there, false)
	here.submit(p.django+"/password", p.django+"/password", url.Values{"password": {"a new one"}, "stay": {"yes"}})
	p.know(here, "alice")
	if d := there.demo(p.demo); d.Authenticated {
		t.Errorf("still signed in: %+v", d)
	}
	page := there.submit(p.demo+"/login", p.demo+"/login", url.Values{"username": {"alice"}, "password": {"a new one"}})
	there.sees(page, "Logged in as alice")
}
