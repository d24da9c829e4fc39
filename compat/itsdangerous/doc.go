// Package itsdangerous signs text and data so that they can be handed to
// strangers and recognised when they come back: byte for byte what the Python
// package itsdangerous 2.2 makes and takes, which is what Flask signs with.
//
//	TOKEN   := PAYLOAD "." TIME "." SIGNATURE      URLSafeTimedSerializer
//	         | PAYLOAD "." SIGNATURE               URLSafeSerializer
//	PAYLOAD := base64url(DATA), or "." base64url(zlib(DATA)) if that is shorter
//	TIME    := base64url(seconds since 1970, big-endian, without leading zeros)
//	SIGNATURE := base64url(HMAC(KEY, all that is before the last "."))
//
// A signature doesn't hide anything: whoever has the token can read it.
//
// Names are those of the original. Where it takes max_age=None there are two
// methods here, one of which ends in Within. Different from the original: a key
// must not be empty; no error holds the token; what a payload may inflate to is
// limited; the time of a token is always read, so one beyond the year 9999 is
// refused even where nobody asks for it.
//
// Signers and serializers are made once, for they derive their keys then, and
// are safe for concurrent use.
package itsdangerous
