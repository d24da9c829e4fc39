// Package sealed keeps sessions in the visitor's cookie, encrypted: no store, no
// lookups, nothing to clean up.
//
//	ring, err := keyring.FromEnv("SHOP_KEYS")
//	if err != nil {
//		return err
//	}
//	engine, err := sealed.New(ring, sealed.Options{})
//	if err != nil {
//		return err
//	}
//	manager, err := session.New(session.Config{Engine: engine, App: "shop"})
//
// # What a cookie can't do
//
// A cookie is a copy of the session that the visitor holds. Of all that the server
// says later, an old copy knows nothing:
//
//   - Logout removes the cookie from the browser, but a copy of it that somebody
//     made is good until it expires. Ending sessions from elsewhere (End, EndAll,
//     EndSession, MaxPerSubject) is errors.ErrUnsupported.
//   - Whoever keeps an old cookie can go back to what it says: an old cart, a used voucher.
//   - When two requests of one session overlap and both change values, the cookie of
//     the response that arrives last wins, and the other's changes are gone.
//
// [Options.Records] takes the first away: a small record of each session, in any
// store, says who is logged in, how long, and whether it has ended. It is read when a
// session is opened; a saved copy of a cookie is refused after a logout, a login, a
// rotation past its grace and all ways of ending sessions, in every process. The
// values stay in the cookie, so the other two remain; what must not be
// undone belongs in a store. Within a session a record is written at login,
// rotation, logout, changes of limits, and to note that the visitor is still there,
// not when values change.
//
// A session that has more values than fit in a cookie is session.ErrTooLarge, or is
// kept in a store for as long as it is too large: [Options.Overflow].
//
// # Keys
//
// The first key of the ring seals, and the token names it; exactly that key is tried
// when the token comes back. A session that was sealed by another key than the first
// is sealed anew with the next response. To remove a key signs out those who
// weren't back since.
//
// # How it is sealed
//
// AES-256-GCM under a key derived by HKDF-SHA256 from the ring's key and a random
// salt of 128 bits. A salt serves at most 2^20 tokens and one hour, and every token
// has a random nonce of 96 bits. So a nonce comes twice under one key with a
// probability below 2^-57 for each salt, and there is no number of tokens after which a
// ring's key is used up; two equal salts would do no harm beyond that. The derivation yields a
// commitment of 128 bits besides: a token opens under no other key than the one
// that made it. Derived keys of tokens that were authentic are remembered,
// at most 1,024, so a token costs a derivation only at first sight of its salt. The cookie's name,
// the application and the purpose are authenticated with each token. Nothing is
// compressed: lengths would tell what is in there. docs/formats.md describes every
// byte.
//
// Nothing is used but what GODEBUG=fips140=only allows.
//
// A secret scanner finds a leaked token by coat2_[A-Za-z0-9_-]{140,}, a signed one
// (see [Options.SignedOnly]) by coat2_[A-Za-z0-9_-]{100,}.
package sealed
