package sealed

import (
	"testing"
	"time"

	"github.com/coatcheck-go/session"
)

// FuzzOpenWhatWasSealed: whatever a session says, it comes back as it was.
func FuzzOpenWhatWasSealed(f *testing.F) {
	ring := newRing(f, secret(1))
	f.Fuzz(func(t *testing.T, signed bool, id, subject, key, raw string, millis int64) {
		if id == "" {
			return // no session
		}
		e := newEngine(t, ring, Options{SignedOnly: signed})
		when := time.UnixMilli(millis & (1<<53 - 1))
		want := session.Snapshot{ID: id, Subject: subject, Created: when, Started: when, Saved: when, Lifetime: time.Hour, Expires: when}
		want.Values.Set(key, raw)
		var got session.Snapshot
		check(t, e.Open(t.Context(), keep(t, e, want), &got))
		if text(&got) != text(&want) {
			t.Errorf("got\n%s, want\n%s", text(&got), text(&want))
		}
	})
}

// FuzzAnyMutationIsRefused cuts a piece out of a token and puts another in its place.
func FuzzAnyMutationIsRefused(f *testing.F) {
	ring := newRing(f, secret(1), secret(2))
	encrypted, signed := newEngine(f, ring, Options{}), newEngine(f, ring, Options{SignedOnly: true})
	tokens := map[*Engine]string{encrypted: keep(f, encrypted, sample(encrypted)), signed: keep(f, signed, sample(signed))}
	f.Fuzz(func(t *testing.T, at, size uint16, piece string) {
		for e, token := range tokens {
			from := int(at) % (len(token) + 1)
			to := min(from+int(size)%64, len(token))
			if mutant := token[:from] + piece + token[to:]; mutant != token {
				refused(t, e, mutant, mutant)
			}
			refused(t, e, piece, piece)
			refused(t, e, piece, prefix+piece)
		}
	})
}

// FuzzCraftedPayload opens what is authentic and wrong inside: a fault of another version of ours.
func FuzzCraftedPayload(f *testing.F) {
	e := newEngine(f, newRing(f, secret(1)), Options{SignedOnly: true})
	f.Fuzz(func(t *testing.T, payload []byte) {
		raw, err := e.seals().seal(payload)
		check(t, err)
		token := prefix + strict.EncodeToString(raw)
		var s session.Snapshot
		if e.Open(t.Context(), token, &s) != nil {
			refused(t, e, "payload", token)
		} else if s.ID == "" {
			t.Error("a session without an ID")
		}
	})
}
