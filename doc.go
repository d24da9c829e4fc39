// Package session gives web applications sessions: what a server remembers of a
// visitor from one request to the next. It needs the standard library only.
//
// # A first program
//
// Make a [Manager] once, wrap the handlers in it, and ask for the visitor's session
// where it is needed:
//
//	m, err := session.New(session.Config{Store: memstore.New(memstore.Options{})})
//	…
//	mux.HandleFunc("POST /visit", func(w http.ResponseWriter, r *http.Request) {
//		s := session.From(r)
//		visits := 0
//		err := session.Update(s, "visits", func(n *int) error { *n++; visits = *n; return nil })
//		if err != nil {
//			http.Error(w, "try again", session.StatusCode(err))
//			return
//		}
//		fmt.Fprintln(w, "visit", visits)
//	})
//	http.ListenAndServe("127.0.0.1:8080", m.Wrap(mux))
//
// Sessions live in a [Store]: package memstore keeps them in memory, filestore in
// files, sqlstore in a database, redisstore and memcachestore on servers. Packages
// sealed and jwt keep them in what the visitor carries, by an [Engine]. For development
// without TLS set Cookie.InsecureLoopback, since the cookie is otherwise sent by https
// alone. Package sessiontest helps to test handlers.
//
// # The dictionary
//
// A [Session] is a dictionary with string keys. [Get], [Lookup], [Pop],
// [SetDefault] and [Update] work with any type that the codec can hold, JSON by
// default; nothing has to be registered. The methods Get, Set, SetAll, Delete,
// Has, Keys, Values, Items, Len and Clear are those of Python's dictionaries.
//
// What Get returns is the caller's own copy. To change a nested value, change the
// copy and Set it again, or use Update; a change to the copy alone is not saved.
// In Flask and Django such a change is kept or lost depending on whether something
// else was changed too; here it is never kept.
//
// # What happens when
//
// A session is lazy. A request that makes no use of it costs no I/O and gets no
// header. The first use loads it; values are decoded one by one when asked for.
// Changes are collected, and saved once before the first byte of the response leaves.
// A session that nothing was stored in is not saved at all.
//
// When two requests of one session overlap, the second to save notices that its
// record is not the one it read. It then reads again and makes its own
// changes again on what the first one saved, so that both are kept. Changes that depend on
// what was there (a counter, a list) belong in [Update], which runs its function
// again. No lock is held while a handler runs.
//
// A session that was ended while a request was under way stays ended: the request's changes
// are refused with [ErrEnded].
//
// # Logging in and out
//
// [Session.Login] records who the visitor is. It always gives the session a new
// token and ends the old one, so a token that somebody planted or saw before is
// worth nothing. [Session.Rotate] does the same with a short grace for requests
// already sent. [Session.Logout] ends the session. [Manager.Sessions],
// [Manager.EndSession], [Session.EndOthers] and [Manager.EndAll] are for "your
// devices" pages and for password changes.
//
// # Errors
//
// If the store can't be reached, the visitor is not anonymous: they are unknown.
// Every method that needs the record returns the error, and even if a handler
// ignores it, its response is replaced by Config.ErrorHandler's, a 503. A record
// that can't be read is different: the visitor gets a new session, and an [Event]
// tells of it.
//
// # Caches
//
// A response that made use of the session is sent with Cache-Control: no-store and
// Vary: Cookie; others are left alone. The first use must come before the first
// byte of the response, or it is [ErrTooLate]: caches would have been told
// that the response is the same for everybody.
//
// # Extending
//
// A new kind of storage implements [Store], checked by package storetest. Other
// values need a [Codec], other tokens an [Engine].
package session
