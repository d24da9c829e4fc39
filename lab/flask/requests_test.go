package flask

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
)

const (
	plain     = `{"a":1}`
	permanent = `{"_permanent":true,"a":1}`
	flashed   = `{"_flashes":[{" t":["message","hi"]},{" t":["error","no"]}],"a":1}`
)

func with(pairs ...any) map[string]any {
	config := map[string]any{}
	for i := 0; i < len(pairs); i += 2 {
		config[pairs[i].(string)] = pairs[i+1]
	}
	return config
}

var (
	noRefresh = with("SESSION_REFRESH_EACH_REQUEST", false)
	strict    = with("SESSION_COOKIE_NAME", "sid", "SESSION_COOKIE_DOMAIN", "example.com", "SESSION_COOKIE_PATH", "/p", "SESSION_COOKIE_SECURE", true,
		"SESSION_COOKIE_HTTPONLY", false, "SESSION_COOKIE_SAMESITE", "Strict", "PERMANENT_SESSION_LIFETIME", 3600)
)

// requests get the same answer from both, by any Flask.
var requests = map[string]exchange{
	"new":                              {steps: []step{{"set", "a", 1}}},
	"no cookie, untouched":             {},
	"no cookie, read":                  {steps: []step{{"get", "a"}}},
	"read":                             {data: plain, steps: []step{{"get", "a"}}},
	"changed":                          {data: plain, steps: []step{{"set", "a", 2}}},
	"nested":                           {data: plain, steps: []step{{"set", "l", []int{1}}}},
	"text":                             {data: plain, steps: []step{{"set", "t", "zo\u00eb \U0001f600 <&>\u007f"}}},
	"no cookie, made permanent":        {steps: []step{{"permanent", true}, {"set", "a", 1}}},
	"made permanent":                   {data: plain, steps: []step{{"permanent", true}}},
	"permanent, untouched":             {data: permanent},
	"permanent, read":                  {data: permanent, steps: []step{{"get", "a"}}},
	"permanent, changed":               {data: permanent, steps: []step{{"set", "a", 2}}},
	"permanent, last value deleted":    {data: permanent, steps: []step{{"delete", "a"}}},
	"untouched, no refresh":            {data: plain, config: noRefresh},
	"permanent, untouched, no refresh": {data: permanent, config: noRefresh},
	"permanent, read, no refresh":      {data: permanent, config: noRefresh, steps: []step{{"get", "a"}}},
	"permanent, changed, no refresh":   {data: permanent, config: noRefresh, steps: []step{{"set", "a", 2}}},
	"cleared":                          {data: plain, steps: []step{{"clear"}}},
	"cleared and set":                  {data: plain, steps: []step{{"clear"}, {"set", "b", 2}}},
	"permanent, cleared":               {data: permanent, steps: []step{{"clear"}}},
	"last value deleted":               {data: plain, steps: []step{{"delete", "a"}}},
	"500":                              {data: plain, steps: []step{{"set", "a", 2}, {"status", 500}}},
	"404":                              {data: plain, steps: []step{{"set", "a", 2}, {"status", 404}}},
	"bad cookie, read":                 {data: "junk", steps: []step{{"get", "a"}}},
	"bad cookie, untouched":            {data: "junk"},
	"untouched":                        {data: plain},
	"bad cookie, set":                  {data: "junk", steps: []step{{"set", "a", 1}}},
	"empty, read":                      {data: "{}", steps: []step{{"get", "a"}}},
	"flash":                            {steps: []step{{"flash", "hi", "message"}}},
	"flash, one more":                  {data: flashed, steps: []step{{"flash", "hi", "info"}}},
	"flashes shown":                    {data: flashed, steps: []step{{"flashed"}}},
	"flashes added and shown":          {data: flashed, steps: []step{{"flash", "hi", "info"}, {"flashed"}}},
	"every attribute":                  {config: strict, steps: []step{{"set", "a", 1}}},
	"every attribute, permanent":       {config: strict, steps: []step{{"permanent", true}, {"set", "a", 1}}},
	"every attribute, cleared":         {config: strict, data: plain, steps: []step{{"clear"}}},
	"lax":                              {config: with("SESSION_COOKIE_SAMESITE", "lax"), steps: []step{{"set", "a", 1}}},
	"none":                             {config: with("SESSION_COOKIE_SAMESITE", "None", "SESSION_COOKIE_SECURE", true), steps: []step{{"set", "a", 1}}},
	"application root":                 {config: with("APPLICATION_ROOT", "/root"), steps: []step{{"set", "a", 1}}},
	"path before application root":     {config: with("APPLICATION_ROOT", "/root", "SESSION_COOKIE_PATH", "/p"), steps: []step{{"set", "a", 1}}},
	"domain with a dot":                {config: with("SESSION_COOKIE_DOMAIN", ".example.com"), steps: []step{{"set", "a", 1}}},
	"lifetime":                         {config: with("PERMANENT_SESSION_LIFETIME", 7200), steps: []step{{"permanent", true}, {"set", "a", 1}}},
	"nearly expired":                   {data: plain, age: 31*24*time.Hour - time.Minute, steps: []step{{"get", "a"}}},
	"expired":                          {data: plain, age: 31*24*time.Hour + time.Minute, steps: []step{{"get", "a"}}},
	"permanent, expired":               {data: permanent, age: 31*24*time.Hour + time.Minute, steps: []step{{"get", "a"}, {"set", "b", 1}}},
	"from the future":                  {data: plain, age: -time.Hour, steps: []step{{"get", "a"}}},
}

// since31 are requests that Flask 2.2 answers otherwise: it has no such setting, or a
// fault that 3.1 hasn't.
var since31 = map[string]exchange{
	"length":               {data: plain, steps: []step{{"len"}}},
	"no flashes shown":     {data: plain, steps: []step{{"flashed"}}},
	"is a key there":       {data: plain, steps: []step{{"has", "a"}}},
	"partitioned":          {config: with("SESSION_COOKIE_PARTITIONED", true, "SESSION_COOKIE_SAMESITE", "None"), steps: []step{{"set", "a", 1}}},
	"partitioned, cleared": {config: with("SESSION_COOKIE_PARTITIONED", true), data: plain, steps: []step{{"clear"}}},
	"signed by a fallback": {
		config: with("SECRET_KEY", "a newer key", "SECRET_KEY_FALLBACKS", []string{"a key of long ago", peerKey}), data: plain, steps: []step{{"get", "a"}},
	},
	"signed by a fallback, changed": {
		config: with("SECRET_KEY", "a newer key", "SECRET_KEY_FALLBACKS", []string{peerKey}), data: plain, steps: []step{{"set", "a", 2}},
	},
	"path with a space": {config: with("SESSION_COOKIE_PATH", "/a b"), steps: []step{{"set", "a", 1}}},
}

func TestRequests(t *testing.T) {
	eachFlask(t, func(t *testing.T, f *flask, old bool) {
		all := []map[string]exchange{requests}
		if !old {
			all = append(all, since31)
		}
		for _, some := range all {
			for name, x := range some {
				cookie := x.cookie(t)
				theirs, ours := f.request(x, cookie).normal(t), x.inGo(t, cookie).normal(t)
				if theirs != ours {
					t.Errorf("%s: Flask answers\n%s\nGo\n%s", name, theirs, ours)
				}
			}
		}
	})
}

// A difference is a request that Flask and Go answer otherwise, and why.
type difference struct {
	exchange

	flask, ours string // what only that one's answer contains
	why         string
}

var differences = map[string]difference{
	"set and deleted, no cookie": {
		exchange{steps: []step{{"set", "a", 1}, {"delete", "a"}}}, "Max-Age:0", "Vary: Cookie\n\n",
		"there is no cookie to be deleted",
	},
	"no cookie, cleared": {exchange{steps: []step{{"clear"}}}, "Max-Age:0", "Vary: Cookie\n\n", "there is no cookie to be deleted"},
	"bad cookie, cleared": {
		exchange{data: "junk", steps: []step{{"set", "a", 1}, {"delete", "a"}}}, "Max-Age:0", "Vary: Cookie\n\n",
		"a cookie that isn't known may be a newer one's place, and stays",
	},
	"only permanent": {
		exchange{steps: []step{{"permanent", true}}}, `{"_permanent":true}`, "Vary: Cookie\n\n",
		"a session with nothing in it is not begun",
	},
	"not permanent any more": {
		exchange{data: permanent, steps: []step{{"permanent", false}}}, `{"_permanent":false,"a":1}`, `{"a":1}`,
		"to Flask no key and False are the same",
	},
	"signed, but no session": {
		exchange{data: "[1]", steps: []step{{"get", "a"}}}, "500", "200",
		"an unreadable cookie is a new session, or its visitor would be locked out until it expires",
	},
}

func TestDifferences(t *testing.T) {
	eachFlask(t, func(t *testing.T, f *flask, _ bool) {
		for name, d := range differences {
			cookie := d.cookie(t)
			theirs, ours := f.request(d.exchange, cookie).normal(t), d.inGo(t, cookie).normal(t)
			if !strings.Contains(theirs, d.flask) || strings.Contains(ours, d.flask) {
				t.Errorf("%s: Flask alone should have %q, for %s:\n%s\nGo\n%s", name, d.flask, d.why, theirs, ours)
			}
			if !strings.Contains(ours, d.ours) || strings.Contains(theirs, d.ours) {
				t.Errorf("%s: Go alone should have %q, for %s:\n%s\nGo\n%s", name, d.ours, d.why, theirs, ours)
			}
		}
	})
}

// A view that fails keeps its changes in Flask. Here nothing is saved, as with any
// panic: nobody knows how far the handler came.
func TestPanicsSaveNothing(t *testing.T) {
	eachFlask(t, func(t *testing.T, f *flask, _ bool) {
		theirs := f.request(exchange{steps: []step{{"set", "a", 2}, {"raise"}}}, "")
		if theirs.Status != http.StatusInternalServerError || len(theirs.Cookies) != 1 {
			t.Errorf("%+v", theirs)
		}
		w := httptest.NewRecorder()
		func() {
			defer func() { _ = recover() }()
			newManager(t).Wrap(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				check(t, session.From(r).Set("a", 2))
				panic("as asked")
			})).ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil))
		}()
		if len(w.Header()["Set-Cookie"]) != 0 {
			t.Errorf("%v", w.Header())
		}
	})
}
