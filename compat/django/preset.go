package django

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/coatcheck-go/session"
)

// A Site is what a Go program needs beside a Django site.
type Site struct {
	Engine   *Engine
	Config   session.Config // of Engine, for session.New
	Messages *Messages
	CSRF     *CSRF
}

const (
	backends    = "django.contrib.sessions.backends."
	serializers = "django.contrib.sessions.serializers."
)

// Login is Django's login: it signs in the user with this ID, as Session.Login, and gives the
// visitor a new CSRF secret. It must be called before the response begins. Errors: those
// of Session.Login and CSRF.Rotate; that Options.UserPassword doesn't know the user shows
// when the session is saved.
func (s *Site) Login(w http.ResponseWriter, r *http.Request, id string) error {
	if err := session.From(r).Login(id); err != nil {
		return err
	}
	return s.CSRF.Rotate(w, r)
}

// FromSettings returns the Site of these settings of Django:
//
//	SECRET_KEY, SECRET_KEY_FALLBACKS, DEFAULT_HASHING_ALGORITHM
//	SESSION_ENGINE, SESSION_SERIALIZER
//	SESSION_COOKIE_NAME, _AGE, _DOMAIN, _PATH, _SECURE, _HTTPONLY, _SAMESITE
//	SESSION_SAVE_EVERY_REQUEST, SESSION_EXPIRE_AT_BROWSER_CLOSE
//	USE_TZ, TIME_ZONE, AUTHENTICATION_BACKENDS, MESSAGE_STORAGE, MESSAGE_LEVEL, MESSAGE_TAGS
//	CSRF_USE_SESSIONS, CSRF_COOKIE_NAME, _AGE, _DOMAIN, _PATH, _SECURE, _HTTPONLY, _SAMESITE, _MASKED
//	CSRF_HEADER_NAME, CSRF_TRUSTED_ORIGINS, SECURE_PROXY_SSL_HEADER, USE_X_FORWARDED_HOST
//
// What isn't there has the default of Django 5.2; that a site is of Django 3.1 or 3.2 is seen
// by its DEFAULT_HASHING_ALGORITHM, which --all shows. o is for what the settings don't say:
// Backend, unless the engine is signed_cookies; UserPassword; and Django3 for a site of Django
// 4.0. A Serializer or Class in it stand for ones of the site's own; its other fields are
// overwritten. Where the backend is, as SESSION_CACHE_ALIAS, SESSION_FILE_PATH, CACHES and
// DATABASES say, is for whoever makes it.
//
// The error lists everything that can't be honoured. It holds no key.
func FromSettings(settings map[string]any, o Options) (*Site, error) {
	r := &reader{settings: settings}
	r.options(&o)
	cookie := r.cookie("SESSION", "sessionid", true, 0)
	mo := r.messages(o, cookie)
	co := r.csrf(cookie.Domain)
	co.Masked = co.Masked || o.Django3
	r.unknown()
	if err := errors.Join(r.errs...); err != nil {
		return nil, err
	}
	site := &Site{}
	var errs [4]error
	site.Engine, errs[0] = New(o)
	site.Messages, errs[1] = NewMessages(mo)
	site.CSRF, errs[2] = NewCSRF(co)
	if errs[0] == nil {
		cookie.MaxAge = 1 // that there is one, see session.Cookie.Foreign
		site.Config = site.Engine.Config(session.Config{Cookie: session.Cookie{Foreign: cookie}, TrustedOrigins: co.TrustedOrigins})
		_, errs[3] = session.New(site.Config) // it knows which cookies browsers refuse
	}
	if err := errors.Join(errs[:]...); err != nil {
		return nil, err
	}
	return site, nil
}

func (r *reader) options(o *Options) {
	o.SecretKeys = append([]string{r.text("SECRET_KEY", "")}, r.texts("SECRET_KEY_FALLBACKS")...)
	if slices.Contains(o.SecretKeys, "") {
		r.fail("SECRET_KEY", "or one of its fallbacks is empty")
	}
	o.SHA1 = r.sha1()
	o.Django3 = o.Django3 || o.SHA1 != NoSHA1
	o.CookieAge = r.seconds("SESSION_COOKIE_AGE")
	o.BrowserClose = r.boolean("SESSION_EXPIRE_AT_BROWSER_CLOSE", false)
	o.SaveEveryRequest = r.boolean("SESSION_SAVE_EVERY_REQUEST", false)
	o.AuthBackends = r.texts("AUTHENTICATION_BACKENDS")
	o.Zone = r.zone()
	r.engine(o)
	if !o.Cache {
		r.serializer(o)
	}
}

func (r *reader) sha1() SHA1 {
	switch r.text("DEFAULT_HASHING_ALGORITHM", "") {
	case "":
		return NoSHA1
	case "sha256": // Django 3.1 and 3.2 alone know this setting
		return ReadSHA1
	case "sha1":
		return WriteSHA1
	}
	r.fail("DEFAULT_HASHING_ALGORITHM", "must be sha1 or sha256")
	return NoSHA1
}

func (r *reader) zone() *time.Location {
	if r.boolean("USE_TZ", true) {
		return nil
	}
	zone, err := time.LoadLocation(r.text("TIME_ZONE", "America/Chicago"))
	if err != nil {
		r.fail("TIME_ZONE", "is unknown to this machine; import time/tzdata")
	}
	return zone
}

func (r *reader) engine(o *Options) {
	const name = "SESSION_ENGINE"
	engine := r.text(name, backends+"db")
	kind, ours := strings.CutPrefix(engine, backends)
	switch {
	case kind == "signed_cookies" && o.Backend != nil:
		r.fail(name, "is signed_cookies: leave Options.Backend out")
	case kind == "signed_cookies":
	case o.Backend == nil:
		r.fail(name, "needs Options.Backend")
	case kind == "cache":
		o.Cache = true
	case ours && (kind == "db" || kind == "file" || kind == "cached_db"):
	case o.Class == "":
		r.fail(name, "is of the site's own: Options.Class must name its class, if it keeps sessions as Django's db engine does")
	}
}

func (r *reader) serializer(o *Options) {
	const name = "SESSION_SERIALIZER"
	class := r.text(name, serializers+"JSONSerializer")
	switch {
	case o.Serializer != nil:
	case class == serializers+"JSONSerializer":
		o.Serializer = JSON
	case class == serializers+"PickleSerializer":
		o.Serializer = Pickle{}
	default:
		r.fail(name, "is of the site's own: Options.Serializer must do the same")
	}
}

// cookie reads the settings of a cookie; age is the default one, 0 to read none.
func (r *reader) cookie(which, name string, httpOnly bool, age time.Duration) *http.Cookie {
	which += "_COOKIE_"
	c := &http.Cookie{
		Name:     r.text(which+"NAME", name),
		Domain:   strings.TrimPrefix(r.text(which+"DOMAIN", ""), "."),
		Path:     r.text(which+"PATH", "/"),
		Secure:   r.boolean(which+"SECURE", false),
		HttpOnly: r.boolean(which+"HTTPONLY", httpOnly),
		SameSite: r.sameSite(which + "SAMESITE"),
	}
	if v, ok := r.settings[which+"AGE"]; age == 0 || ok && v == nil { // None: it goes with the browser
		return c
	} else if ok {
		age = r.seconds(which + "AGE")
	}
	c.MaxAge = int(age / time.Second)
	return c
}

var known = []string{
	"SESSION_ENGINE", "SESSION_SERIALIZER", "SESSION_SAVE_EVERY_REQUEST", "SESSION_EXPIRE_AT_BROWSER_CLOSE", "SESSION_CACHE_ALIAS", "SESSION_FILE_PATH",
	"SESSION_COOKIE_NAME", "SESSION_COOKIE_AGE", "SESSION_COOKIE_DOMAIN", "SESSION_COOKIE_PATH", "SESSION_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY",
	"SESSION_COOKIE_SAMESITE",
}

// unknown finds settings of sessions that would be passed over, and those that matter and
// can't be read.
func (r *reader) unknown() {
	for _, name := range slices.Sorted(maps.Keys(r.settings)) {
		if strings.HasPrefix(name, "SESSION_") && !slices.Contains(known, name) {
			r.errs = append(r.errs, fmt.Errorf("django: %s is no setting of Django's own sessions", name))
		}
	}
}
