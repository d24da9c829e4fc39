// Package flasksession reads and writes the sessions of live Flask applications that
// keep them on a server by Flask-Session, 0.8 and 0.3.2. A Go handler and a Flask view
// behind the same host then have one session.
//
//	store, err := flasksession.OpenFolder("flask_session", flasksession.FolderOptions{})
//	engine, err := flasksession.New(flasksession.Options{Store: store})
//	manager, err := session.New(engine.Config(session.Config{}))
//
// Or, from the settings of the Flask application, by [FromConfig].
//
// Where sessions are, as SESSION_TYPE has it:
//
//	redis, memcached          any kv.Store: redisstore.NewKV, with the Prefix "-", and
//	                          memcachestore.NewKV
//	filesystem, cachelib      [Folder]
//	sqlalchemy                [Table]
//
// A session is a dict under SESSION_KEY_PREFIX and the session ID, which is the
// cookie. It is read in whatever form it has, MessagePack, JSON or pickle, and
// written in the one that the oldest peer reads, see [Format]. Pickles are read by an
// allow-list that can run nothing.
//
// What is where:
//
//	_permanent             Session.SetPersistent
//	_flashes               Session.AddFlash, Session.Flashes
//	Options.SubjectKey     Session.Login, Session.Subject
//	any other key          Session.Get, Session.Set, as of package flask's Codec
//
// What nobody changes is written as it was read, also values that the Codec can't
// tell apart, such as sets and lists, and keys that aren't text.
//
// Between Go processes no update is lost, and a session that was ended stays so.
// What no peer can help, for the format has no place for it:
//
//   - Flask writes without a condition. A change of Go's that a Flask request
//     doesn't see, since it has read the session before, is lost when that request
//     ends; and such a request brings a session back that was ended meanwhile. A
//     write of Flask's is not lost by Go: its change is merged with ours. (In a
//     Folder nearly so, see there.)
//   - A rotated session leaves nothing under its old ID. So there is no grace for
//     requests with the old cookie, they find no session; and who ends the session
//     by that cookie doesn't find it either.
//   - A session has no times and no limits of its own, so Session.SetLimits, ExpireAfter and
//     ExpireAt fail when it is saved; and the Handle changes with a rotation.
//   - The store can be read for IDs, which are the cookies.
package flasksession
