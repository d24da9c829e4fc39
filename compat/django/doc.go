// Package django reads and writes the sessions of live Django sites, 3.2 to 6.1. A Go
// handler and a Django view behind the same host then have one session, and know the
// same user.
//
//	engine, err := django.New(django.Options{SecretKeys: keys, Backend: backend, UserPassword: password})
//	manager, err := session.New(engine.Config(session.Config{}))
//
// Where sessions are, as SESSION_ENGINE has it:
//
//	signed_cookies          no Backend
//	db, file, cached_db     a kv.Store of package djangostore
//	cache                   the same, with Options.Cache
//
// [FromSettings] makes all of it from the site's settings.
//
// What of Django's session is where:
//
//	_auth_user_id and the like   Session.Login, Session.Subject, Session.Logout
//	_session_expiry              Session.ExpireAfter, ExpireAt, ExpireAtBrowserClose, ExpireDefault
//	_messages                    Session.AddFlash, Session.Flashes; see also [Messages]
//	_csrftoken                   [CSRF]
//	any other key                Session.Get, Session.Set
//	all of it, to look at        [Engine.Decoded]
//
// Outside of requests a session is opened by its key: Manager.Open, Manager.Exists,
// Manager.End, and Manager.New for a new one.
//
// What nobody changes is written as it was read: the spelling of numbers, the order of
// keys, and what a pickle holds that JSON can't tell.
//
// Between Go processes no update is lost, and a session that was ended stays so. What
// no peer can help, for the format has no place for it:
//
//   - Django writes without a condition. A change of Go's that a Django request
//     doesn't see, since it has read the session before, is lost when that request
//     saves. A write of Django's is never lost by Go: it is merged with ours.
//   - A rotated session leaves nothing under its old key, as after cycle_key. There is
//     no grace for requests with the old cookie.
//   - The backend can be read for session keys, which are the cookies.
package django
