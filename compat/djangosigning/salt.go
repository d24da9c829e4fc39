package djangosigning

import (
	"strconv"
	"unicode/utf8"
)

// The salts of Django's own uses.
const (
	// DumpsSalt is that of signing.dumps and signing.loads.
	DumpsSalt = "django.core.signing"

	// SessionSalt is that of the db, cached_db and file engines: of any engine
	// whose class is called SessionStore. For another class its name takes the
	// place of SessionStore (contrib/sessions/backends/base.py, key_salt).
	SessionSalt = "django.contrib.sessions.SessionStore"

	// CookieSessionSalt is that of the signed_cookies engine.
	CookieSessionSalt = "django.contrib.sessions.backends.signed_cookies"

	// MessagesSalt is that of the messages cookie, which also has
	// CookieKeyPrefix (contrib/messages/storage/cookie.py).
	MessagesSalt = "django.contrib.messages"
)

// CookieKeyPrefix is Options.KeyPrefix for what get_cookie_signer signs: the
// messages cookie and set_signed_cookie.
const CookieKeyPrefix = "django.http.cookies"

// CookieSalt is the salt of response.set_signed_cookie(name, value, salt) since
// Django 5.2.15 and 6.1 (signing.py, _cookie_signer_salt).
func CookieSalt(name, salt string) string {
	return "django.http.cookies.v2:" + strconv.Itoa(utf8.RuneCountInString(salt)) + ":" + salt + name
}

// LegacyCookieSalt is the one before. Two cookies may have the same, so accept
// it only while such cookies are about, as Django does under
// SIGNED_COOKIE_LEGACY_SALT_FALLBACK (CVE-2026-6873).
func LegacyCookieSalt(name, salt string) string { return name + salt }
