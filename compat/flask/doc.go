// Package flask reads and writes the sessions of live Flask applications: the
// signed cookie of flask.sessions.SecureCookieSessionInterface, byte for byte. A Go
// handler and a Flask view behind the same host then have one session, with one
// sign-in and one list of flash messages.
//
//	config, err := flask.FromConfig(settings, flask.Options{}) // as app.config has them
//	manager, err := session.New(config)
//
// The cookie holds a dict (compat/itsdangerous has the signature and its time):
//
//	COOKIE := base64url(DICT) "." TIME "." SIGNATURE     or compressed, "." in front
//	DICT   := JSON, keys sorted, everything but ASCII escaped, types by tags: [Codec]
//
// What is where:
//
//	_permanent             Session.SetPersistent
//	_flashes               Session.AddFlash, Session.Flashes
//	Options.SubjectKey     Session.Login, Session.Subject
//	any other key          Session.Get, Session.Set; tags as types of compat/python
//
// What nobody touches keeps its bytes, also keys and tags that aren't known here. (A
// top-level key with half of a surrogate pair, which UTF-8 has no form of, becomes
// U+FFFD.)
//
// What the format can't do, whoever writes it: nothing is kept on the server, so a
// copy of a cookie stays good until its Lifetime is over, even after Logout; of two
// requests at the same time the cookie that arrives last wins; and the visitor can
// read all of it. A session has no timeout of its own, so Session.SetLimits,
// ExpireAfter and ExpireAt fail when the session is saved.
package flask
