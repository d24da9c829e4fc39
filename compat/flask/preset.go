package flask

import (
	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/compat/internal/flaskconfig"
)

// FromConfig returns the Config of a Manager that shares the session cookie of the
// Flask application with these settings, called as in app.config:
//
//	SECRET_KEY, SECRET_KEY_FALLBACKS
//	PERMANENT_SESSION_LIFETIME                seconds, a time.Duration, or a timedelta as text
//	SESSION_REFRESH_EACH_REQUEST
//	SESSION_COOKIE_NAME, _DOMAIN, _PATH (else APPLICATION_ROOT), _HTTPONLY, _SECURE,
//	_SAMESITE, _PARTITIONED
//
// Before Flask 2.3 a SERVER_NAME is the cookie's domain where there is no
// SESSION_COOKIE_DOMAIN; set that on both sides.
//
// What isn't there, or nil, has Flask's default. Names that don't concern sessions
// are left alone, and so is MAX_COOKIE_SIZE, at which Flask only warns: here a cookie
// that browsers would drop is ErrTooLarge. o is for what the settings don't say; they
// count before SecretKeys, Lifetime and NoRefresh in it.
//
// The error lists everything that can't be honoured. It holds no key.
func FromConfig(settings map[string]any, o Options) (session.Config, error) {
	r := flaskconfig.Read("flask", settings)
	o.SecretKeys = r.Keys()
	o.Lifetime = r.Lifetime()
	o.NoRefresh = !r.Refresh()
	cookie := r.Cookie()
	cookie.Partitioned = r.Bool("SESSION_COOKIE_PARTITIONED", false)
	cookie.Secure = cookie.Secure || cookie.Partitioned
	rest(r)
	if err := r.Err(); err != nil {
		return session.Config{}, err
	}
	e, err := New(o)
	if err != nil {
		return session.Config{}, err
	}
	config := e.Config(session.Config{Cookie: session.Cookie{Foreign: cookie}})
	_, err = session.New(config) // it knows which cookies browsers refuse
	return config, err
}

// rest finds settings of sessions that would be passed over.
func rest(r *flaskconfig.Reader) {
	if r.Value("SESSION_TYPE") != nil {
		r.Fail("SESSION_TYPE", "sessions of Flask-Session are not in the cookie: use flasksession.FromConfig")
		return
	}
	r.Rest("is no setting of Flask's own sessions")
}
