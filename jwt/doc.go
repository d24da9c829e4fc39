// Package jwt keeps sessions in JSON Web Tokens, so that other services can verify who
// a visitor is without asking anybody.
//
//	private, err := jwt.ParsePEM(pem) // openssl genpkey -algorithm ed25519
//	engine, err := jwt.New(jwt.Options{
//		Keys:     []jwt.Key{private},
//		Issuer:   "https://shop.example",
//		Audience: "shop",
//		Store:    store,
//	})
//	sessions, err := session.New(session.Config{Engine: engine})
//	mux.Handle("/.well-known/jwks.json", engine.JWKS())
//
// Handlers use a session as any other.
//
// # When to use it, and when not
//
// Most sites want neither this package nor JWTs: a session in a store
// (session.Config.Store) is smaller on the wire, holds more, and ends when it is
// ended. Use this package if other services shall verify the visitor's token
// by themselves, or if most requests must do no I/O and a revocation may
// take some minutes. The token is signed and not encrypted: the visitor, and every
// service that gets it, can read the values of the session. For a session
// without a store that nobody needs to read, use an encrypted cookie.
//
// # With a store
//
// The visitor carries a JWT and a refresh token, with a tilde between them. As long as
// the JWT is good (Options.Access, 5 minutes) requests that only read do no I/O.
// After that, the refresh token finds the session's record in the store; the next response
// carries a new JWT and a new refresh token. Every change is saved in the record. When
// another request has saved since the JWT was made, the change is made again on the
// newest state, and none is lost.
//
// Revocation: a logout, an end of all sessions or a changed password ends the record. A
// copy of the JWT stays good for reading until it expires, Options.Access at
// most; no change can be made with it. With Options.CheckEvery the record is
// read at each request and the revocation holds at once in this application,
// but still not in services that verify the JWT by themselves. Likewise, what one
// request has saved is seen at once by requests that carry the new
// token; one that carries an older JWT sees the older state, for Options.Access at
// most, if it isn't CheckEvery.
//
// Theft: a refresh token is used once. Requests that race with the same one, or whose
// response was lost, get the same new one for Options.Grace. When an old one is used
// after that, nobody can tell the thief from the owner, and the session ends for both
// (RFC 9700 section 4.14.2); the Manager tells it as EventReusedToken. So a client that
// lost the response to a renewal and comes back later than Options.Grace is
// signed out too. What counts is when a request first used its session, not when it
// ends: a handler that reads a long upload should use it before. Another request's
// renewal makes session.Session.Reload return session.ErrEnded after Options.Grace, so
// clients of long streams must connect again.
//
// A JWT without its refresh token can be used for reading, where there is no
// CheckEvery; a change by it is an error that is errors.ErrUnsupported.
//
// # Without a store
//
// The JWT is the session and is good until the session ends: idle timeout,
// lifetime. Login and Logout work, but whoever has a copy of a token from before can
// use it until then, and nothing can revoke it but the removal of the key that signed
// it. session.Manager.EndAll and its like return errors.ErrUnsupported. Of two requests
// that change the session at the same time one is lost.
//
// # How other services verify it
//
// The part before the tilde is a JWT (RFC 7519) in compact form. Services get the public
// keys from [Engine.JWKS] and must check: the key is the one that the header "kid"
// names, "alg" is that key's, "typ" is [Type], the signature, "iss", "aud" and "exp". In
// Python, with PyJWT:
//
//	token = token.partition("~")[0]
//	key = jwt.PyJWKClient("https://shop.example/.well-known/jwks.json").get_signing_key_from_jwt(token)
//	assert jwt.get_unverified_header(token)["typ"] == "coatcheck+jwt"
//	claims = jwt.decode(token, key, algorithms=["EdDSA"], issuer="https://shop.example", audience="shop")
//	user, values = claims.get("sub"), claims["ses"]
//
// An application should give another service the JWT alone: the refresh token is for this
// application only. The claims are
//
//	iss, aud       Options.Issuer, Options.Audience
//	sub            who is logged in; missing for nobody
//	sid            the session's public handle, the same over rotations
//	jti            random, new in each token
//	iat, nbf, exp  whole seconds since 1970
//	ses            the session's values, as the codec wrote them: each must be JSON text
//	coat           for this package alone: times in milliseconds, what CSRF tokens are
//	               bound to, a fingerprint of the refresh token
//
// # Keys
//
// To rotate keys, list the new one second for as long as others may keep the JWKS
// document (5 minutes), then first; nobody is signed out. The old one, of which the
// public half suffices ([PublicKey]), must stay listed until the sessions that it
// signed for last have come back or ended: to remove it signs them out.
//
// # Size
//
// A browser keeps 4096 bytes of a cookie, attributes aside. A session with a subject and
// no values takes about 780 bytes with a store (HS256: 710, RS256: 1040), its values
// 4/3 of their JSON; see session.Cookie.MaxParts for more. A JWT of more than 32 KiB is neither
// made nor taken.
//
// # Dependency
//
// Signatures are made and verified by github.com/golang-jwt/jwt/v5: it is the JWT
// library of most Go programs, is kept well, and depends on nothing but the standard
// library. What it leaves open is checked here besides: which headers there may be, that no
// name comes twice, that numbers are whole.
package jwt
