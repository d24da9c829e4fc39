package django

import (
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/kv/memkv"
)

// What Django 5.2 printed, in both forms.
func TestFromSettings_Dumps(t *testing.T) {
	for _, file := range []string{"testdata/diffsettings-unified.txt", "testdata/diffsettings-all.txt"} {
		f := must[*os.File](t)(os.Open(file))
		settings := must[map[string]any](t)(SettingsFromDiff(f))
		check(t, f.Close())
		site := must[*Site](t)(FromSettings(settings, Options{Backend: memkv.New(), UserPassword: passwords{}.get}))
		o := site.Engine.o
		if !slices.Equal(o.SecretKeys, []string{`it's a "secret" \ é`, "older"}) || !o.Cache || o.CookieAge != time.Hour || o.Zone.String() != "Europe/Zurich" || o.AuthBackends[1] != "x.Y" {
			t.Errorf("%s: %+v", file, o)
		}
		c := site.Config.Cookie.Foreign
		if c.Name != "sid" || c.Domain != "example.com" || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteNoneMode || c.Path != "/" {
			t.Errorf("%s: %+v", file, c)
		}
		if site.Messages.storage != SessionStorage || !site.CSRF.o.UseSessions || site.CSRF.cookie.Domain != "example.com" || site.CSRF.cookie.MaxAge != csrfYear {
			t.Errorf("%s: %+v %+v", file, site.Messages, site.CSRF)
		}
		if !slices.Equal(site.Config.TrustedOrigins, []string{"https://pay.example.com"}) || !site.Config.Persistent {
			t.Errorf("%s: %+v", file, site.Config.TrustedOrigins)
		}
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
		plain := site.CSRF.o.Secure(r)
		if r.Header.Set("X-Forwarded-Proto", "https, http"); plain || !site.CSRF.o.Secure(r) {
			t.Errorf("%s: the proxy's header", file)
		}
	}
}

func TestFromSettings_Defaults(t *testing.T) {
	site := must[*Site](t)(FromSettings(map[string]any{"SECRET_KEY": testKey}, Options{Backend: memkv.New()}))
	m := must[*session.Manager](t)(session.New(site.Config))
	s := m.New(t.Context())
	check(t, s.Set("a", 1), s.Save())
	if m.CookieName() != "sessionid" || site.CSRF.cookie.Name != "csrftoken" || site.CSRF.o.Header != "X-Csrftoken" || site.Messages.storage != FallbackStorage {
		t.Errorf("%+v", site)
	}
	cookies := must[map[string]any](t)(SettingsFromJSON(strings.NewReader(`{"SECRET_KEY":"k","SESSION_ENGINE":"django.contrib.sessions.backends.signed_cookies",
		"SESSION_EXPIRE_AT_BROWSER_CLOSE":true,"SESSION_SAVE_EVERY_REQUEST":true,"SESSION_COOKIE_AGE":60,"SESSION_COOKIE_SAMESITE":false,"CSRF_COOKIE_AGE":null,
		"CSRF_COOKIE_SAMESITE":"strict","SESSION_COOKIE_DOMAIN":null,"DATABASES":{}}`)))
	site = must[*Site](t)(FromSettings(cookies, Options{}))
	c := site.Config
	if !site.Engine.ClientSide() || c.Persistent || !c.SaveEveryRequest || c.Limits.Lifetime != time.Minute || c.Cookie.Foreign.SameSite != 0 ||
		site.CSRF.cookie.MaxAge != 0 || site.CSRF.cookie.SameSite != http.SameSiteStrictMode {
		t.Errorf("%+v", c)
	}
}

// Everything that can't be honoured is in one error, and no key.
func TestFromSettings_Errors(t *testing.T) {
	wrong := map[string]any{
		"SECRET_KEY": "", "SECRET_KEY_FALLBACKS": "the secret", "DEFAULT_HASHING_ALGORITHM": "md5", "SESSION_ENGINE": "mysite.sessions",
		"SESSION_SERIALIZER": "mysite.Serializer", "SESSION_COOKIE_NAME": int64(1), "SESSION_COOKIE_AGE": 0.5, "SESSION_COOKIE_SECURE": "yes",
		"SESSION_COOKIE_SAMESITE": "odd", "USE_TZ": false, "TIME_ZONE": "Nowhere/Land", "MESSAGE_STORAGE": "mysite.Storage",
		"MESSAGE_LEVEL": "high", "MESSAGE_TAGS": map[string]any{"40": 1},
		"CSRF_TRUSTED_ORIGINS": []any{"https://*.example.com"}, "SECURE_PROXY_SSL_HEADER": []any{"one"}, "SESSION_COOKIE_COLOR": "red",
	}
	_, err := FromSettings(wrong, Options{Backend: memkv.New()})
	if err == nil || strings.Contains(err.Error(), "the secret") {
		t.Fatal(err)
	}
	for name := range wrong {
		if name != "USE_TZ" && !strings.Contains(err.Error(), "django: "+name+" ") {
			t.Errorf("%s isn't in the error:\n%v", name, err)
		}
	}
	for name, c := range map[string]struct {
		settings map[string]any
		o        Options
	}{
		"no backend":           {map[string]any{"SECRET_KEY": "k"}, Options{}},
		"backend of cookies":   {map[string]any{"SECRET_KEY": "k", "SESSION_ENGINE": backends + "signed_cookies"}, Options{Backend: memkv.New()}},
		"what browsers refuse": {map[string]any{"SECRET_KEY": "k", "SESSION_COOKIE_SAMESITE": "None"}, Options{Backend: memkv.New()}},
		"no setting is read":   {map[string]any{"SECRET_KEY": unreadable{}}, Options{Backend: memkv.New()}},
	} {
		if _, err := FromSettings(c.settings, c.o); err == nil {
			t.Error(name)
		}
	}
}

// What Django before 4.1 does otherwise: CSRF secrets under a mask, hosts as origins, SHA-1.
func TestFromSettings_OldSHA1(t *testing.T) {
	settings := must[map[string]any](t)(SettingsFromDiff(strings.NewReader(`
SECRET_KEY = 'k'
DEFAULT_HASHING_ALGORITHM = 'sha1'
CSRF_TRUSTED_ORIGINS = ['pay.example.com']
MESSAGE_LEVEL = 10
MESSAGE_TAGS = {40: 'danger', 50: 'critical'}
USE_X_FORWARDED_HOST = True
`)))
	site := must[*Site](t)(FromSettings(settings, Options{Backend: memkv.New()}))
	if !site.CSRF.o.Masked || !site.Engine.o.Django3 || !slices.Equal(site.Config.TrustedOrigins, []string{"https://pay.example.com"}) {
		t.Errorf("%+v", site.CSRF.o)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://inside/", nil)
	plain := site.CSRF.o.Host(r)
	if r.Header.Set("X-Forwarded-Host", "www.example.com"); plain != "inside" || site.CSRF.o.Host(r) != "www.example.com" {
		t.Errorf("host %q, then %q", plain, site.CSRF.o.Host(r))
	}
	for want, f := range map[string]session.Flash{
		"danger": {Level: session.Error}, "big critical": {Level: 50, Category: "big"}, "info": {Level: session.Notice}, "odd": {Level: 1, Category: "odd"},
	} {
		if got := site.Messages.Tags(f); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if site.Messages.level != session.Debug {
		t.Errorf("level %d", site.Messages.level)
	}
	delete(settings, "DEFAULT_HASHING_ALGORITHM")
	if site = must[*Site](t)(FromSettings(settings, Options{Backend: memkv.New(), Django3: true})); !site.CSRF.o.Masked || !site.Engine.o.Django3 {
		t.Error("Options.Django3 is passed over")
	}
	settings["CSRF_TRUSTED_ORIGINS"] = []string{".example.com"}
	if _, err := FromSettings(settings, Options{Backend: memkv.New()}); err == nil {
		t.Error("a pattern")
	}
}

// A site with an engine and a serializer of its own.
func TestFromSettings_Own(t *testing.T) {
	settings := map[string]any{"SECRET_KEY": "k", "SESSION_ENGINE": "mysite.sessions", "SESSION_SERIALIZER": "mysite.Serializer", "DEFAULT_HASHING_ALGORITHM": ""}
	site := must[*Site](t)(FromSettings(settings, Options{Backend: memkv.New(), Class: "Mine", Serializer: Functions{}}))
	if site.Engine.o.Class != "Mine" {
		t.Errorf("%+v", site.Engine.o)
	}
	settings["SESSION_ENGINE"], settings["SESSION_SERIALIZER"] = backends+"db", serializers+"PickleSerializer"
	site = must[*Site](t)(FromSettings(settings, Options{Backend: memkv.New()}))
	if site.Engine.form.serializer != (Pickle{}) {
		t.Errorf("%+v", site.Engine.form)
	}
}

func TestReadRepr(t *testing.T) {
	for text, want := range map[string]any{
		`'a\'b\\\n\x41\u00e9\U0001f600'`: "a'b\\\nAé😀", `"it's"`: "it's", `-12`: int64(-12), `1.5`: 1.5, `True`: true, `False`: false, `None`: nil,
	} {
		if got := readRepr(text); got != want {
			t.Errorf("%s: %#v", text, got)
		}
	}
	if got, ok := strs(readRepr(`('a',  'b',)`)); !ok || !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("%q", got)
	}
	nested, _ := readRepr(`{'default': {'BACKEND': 'x', 'OPTIONS': {}, 'N': [1, (2,)]}, 5: None, True: 1}`).(map[string]any)
	if inner, _ := nested["default"].(map[string]any); inner["BACKEND"] != "x" || len(nested) != 2 {
		t.Errorf("%v", nested)
	}
	for _, text := range []string{``, `<f>`, `'`, `'\`, `'\x4'`, `'\q'`, `[1`, `[1 2]`, `{1}`, `{'a' 1}`, `{'a': 1 2}`, `1 2`, `PosixPath('/x')`, strings.Repeat("[", 100)} {
		if got := readRepr(text); got != (unreadable{}) {
			t.Errorf("%q: %#v", text, got)
		}
	}
}

func TestSettingsFrom_Errors(t *testing.T) {
	for _, text := range []string{"", "nothing here"} {
		if got, err := SettingsFromDiff(strings.NewReader(text)); err == nil {
			t.Errorf("%q: %v", text, got)
		}
	}
	if _, err := SettingsFromDiff(strings.NewReader(strings.Repeat("x", 2<<20))); err == nil {
		t.Error("an endless line")
	}
	for _, text := range []string{"", "[]", "null", "{} {}"} {
		if got, err := SettingsFromJSON(strings.NewReader(text)); err == nil {
			t.Errorf("%q: %v", text, got)
		}
	}
}
