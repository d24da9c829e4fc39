// Package djangosigning signs text and data as Django's django.core.signing does,
// byte for byte, and takes what Django signed, from 1.x to 6.1.
//
//	TOKEN   := PAYLOAD ":" TIME ":" SIGNATURE      TimestampSigner
//	         | PAYLOAD ":" SIGNATURE               Signer
//	PAYLOAD := base64url(DATA), or "." base64url(zlib(DATA))
//	TIME    := seconds since 1970 in base 62
//	KEY     := SHA256(SALT + "signer" + SECRET_KEY)
//	SIGNATURE := base64url(HMAC-SHA256(KEY, all that is before the last ":"))
//
// A signature doesn't hide anything: whoever has the token can read it.
//
// Django's signing.dumps and signing.loads are a [TimestampSigner] with
// [DumpsSalt]; its sessions one with [SessionSalt] and Compress. What Django kept
// in its database before 3.1 is read by [Pre31].
//
// Different from the original: a key must not be empty; no error holds the token;
// what a payload may inflate to is limited. Where the original takes max_age=None
// there are two methods here, one of which ends in Within.
//
// Signers are made once, for they derive their keys then, and are safe for
// concurrent use.
package djangosigning
