package jwt

import (
	"context"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/coatcheck-go/session"
)

var errReadOnly = fmt.Errorf("jwt: the JWT came without its refresh token: %w", errors.ErrUnsupported)

// fingerprint stands in a JWT for the refresh token that goes with it: neither is
// taken with another. It is no key of the store.
func fingerprint(refresh string) string {
	sum := sha256.Sum256([]byte("coatcheck/jwt/refresh/v1" + refresh))
	return base64url(sum[:16])
}

func sameFingerprint(want, refresh string) bool {
	return subtle.ConstantTimeCompare([]byte(want), []byte(fingerprint(refresh))) == 1
}

// openRecord fills s from the record that the refresh token leads to.
func (w *worker) openRecord(ctx context.Context, c *claims, t ticket, s *session.Snapshot) error {
	var rec session.Snapshot
	refresh, stale := w.follow(ctx, t.refresh, &rec)
	if stale != nil && !errors.Is(stale, session.ErrLastKnown) {
		return fmt.Errorf("jwt: open: %w", stale)
	}
	n := takeNote(&rec.Values)
	rec.ID = c.snapshot.ID
	rec.Renew = !rec.Moved && stale == nil && (t.expires.IsZero() || refresh != t.refresh || n.id != c.id)
	t.rotate = t.expires.IsZero() && refresh == t.refresh && !rec.Moved
	t.refresh, t.id, t.link, t.read = refresh, n.id, n.link, true
	rec.State = t
	*s = rec
	return stale
}

// follow opens the record that a refresh token leads to. When that was rotated by a
// renewal, and its grace is running, the one that came after it is returned: whoever
// raced, or lost the response, goes on with the same token as the winner.
func (w *worker) follow(ctx context.Context, refresh string, rec *session.Snapshot) (string, error) {
	err := w.records.Open(ctx, refresh, rec)
	if err != nil || !rec.Moved {
		return refresh, err
	}
	next := unlink(refresh, noteIn(&rec.Values).link)
	if next == "" {
		return refresh, nil // by Session.Rotate: the new one is not for those who have the old one
	}
	var later session.Snapshot
	if err = w.records.Open(ctx, next, &later); errors.Is(err, session.ErrNotFound) {
		return refresh, nil // rotated once more
	}
	*rec = later
	return next, err
}

// keepRecord saves the record and returns the token that leads to it.
func (w *worker) keepRecord(ctx context.Context, old, s *session.Snapshot, grace time.Duration) (string, error) {
	before, from, err := w.recordOf(ctx, old)
	if err != nil {
		return "", err
	}
	to, grace, err := w.nextTicket(from, old, s, grace)
	if err != nil {
		return "", err
	}
	if to.token, err = w.issue(s, to); err != nil {
		return "", err
	}
	after, err := recordFor(s, old, &before, to)
	if err != nil {
		return "", err
	}
	before.ID = from.refresh
	if _, err = w.records.Keep(ctx, &before, &after, grace); err != nil {
		return "", fmt.Errorf("jwt: keep: %w", err)
	}
	if after.Moved {
		to.token = from.token // the visitor has a newer one, which must not be overwritten
	}
	id, values := s.ID, s.Values
	*s = after // and with it, where the record is
	s.ID, s.Values, s.State = id, values, to
	return to.token, nil
}

// recordOf returns the record that old was made of. A snapshot of claims is compared
// with it first: ErrConflict, if it isn't what was saved last.
func (w *worker) recordOf(ctx context.Context, old *session.Snapshot) (rec session.Snapshot, t ticket, err error) {
	t = ticketOf(old)
	switch {
	case old.ID == "":
		return session.Snapshot{}, t, nil
	case t.refresh == "":
		return rec, t, errReadOnly
	case t.read:
		return *old, t, nil
	}
	if err = w.records.Open(ctx, t.refresh, &rec); err != nil {
		return rec, t, fmt.Errorf("jwt: keep: %w", err)
	}
	n := takeNote(&rec.Values)
	t.link = n.link
	if n.id != t.id { // rotated or changed
		return rec, t, fmt.Errorf("jwt: keep: %w", session.ErrConflict)
	}
	return rec, t, nil
}

// nextTicket says which refresh token s gets, and how long the one before leads to it. A
// change alone neither rotates it nor lengthens the life of the JWT; so every
// refresh token is rotated once in Access, and the use of a stolen one is noticed.
func (w *worker) nextTicket(from ticket, old, s *session.Snapshot, grace time.Duration) (ticket, time.Duration, error) {
	to := ticket{id: rand.Text(), read: true, refresh: from.refresh, link: from.link, expires: from.expires}
	var err error
	switch {
	case old.ID == "" || s.ID != old.ID:
		to.refresh, to.link, to.expires = w.records.NewID(), "", time.Time{}
	case from.rotate:
		to.refresh, grace = w.records.NewID(), w.Grace
		to.link, err = link(from.refresh, to.refresh)
	}
	if to.expires.IsZero() {
		to.expires = time.Unix(time.Now().Unix(), 0).Add(w.Access)
	}
	if last := wholeSecond(end(s)); last.Before(to.expires) {
		to.expires = last
	}
	return to, grace, err
}

// recordFor returns s as its record has it. What the claims don't hold comes from
// the record before.
func recordFor(s, old, before *session.Snapshot, to ticket) (session.Snapshot, error) {
	rec := *s
	rec.ID = to.refresh
	if s.Address == old.Address && s.UserAgent == old.UserAgent {
		rec.Address, rec.UserAgent = before.Address, before.UserAgent
	}
	if _, taken := s.Values.Get(noteKey); taken {
		return rec, fmt.Errorf("jwt: keep: the key %q is the engine's own: %w", noteKey, errors.ErrUnsupported)
	}
	rec.Values.Set(noteKey, note{to.id, to.link}.String()) // s.Values is not changed before rec is saved and gone
	return rec, nil
}

// dropRecord ends the record of s. One that a login moved is ended as well, see
// session.ServerEngine.
func (w *worker) dropRecord(ctx context.Context, s *session.Snapshot) error {
	t, rec := ticketOf(s), *s
	if t.refresh == "" {
		return errReadOnly
	}
	if !t.read {
		err := w.records.Open(ctx, t.refresh, &rec)
		if errors.Is(err, session.ErrNotFound) {
			return nil
		}
		if err != nil && !errors.Is(err, session.ErrEnded) {
			return fmt.Errorf("jwt: drop: %w", err)
		}
	}
	if err := w.records.Drop(ctx, &rec); err != nil {
		return fmt.Errorf("jwt: drop: %w", err)
	}
	return nil
}

// noteKey is the key under which a record carries a note. No handler sees it.
const noteKey = "\x00coatcheck/jwt"

// A note is what a record tells of its tokens.
type note struct {
	id   string // of the JWT that was made with this state: others are older
	link string // from the refresh token that was before, see link
}

func (n note) String() string { return `"` + n.id + "~" + n.link + `"` }

func noteIn(values *session.Values) (n note) {
	raw, _ := values.Get(noteKey)
	n.id, n.link, _ = strings.Cut(strings.Trim(raw, `"`), "~")
	return n
}

func takeNote(values *session.Values) note {
	n := noteIn(values)
	values.Delete(noteKey)
	return n
}

// link hides the refresh token to so that only who has from finds it: a copy of the
// store still holds no token. Each from is used once, so no pad is.
func link(from, to string) (string, error) {
	pad, err := linkPad(from, len(to))
	if err != nil {
		return "", fmt.Errorf("jwt: keep: %w", err)
	}
	subtle.XORBytes(pad, pad, []byte(to))
	return base64url(pad), nil
}

// unlink returns the refresh token behind a link, "" if there is no link. What it
// returns for another from leads nowhere.
func unlink(from, link string) string {
	raw, err := base64.RawURLEncoding.DecodeString(link)
	if err != nil || link == "" {
		return ""
	}
	pad, err := linkPad(from, len(raw))
	if err != nil {
		return ""
	}
	subtle.XORBytes(raw, raw, pad)
	return string(raw)
}

func linkPad(from string, size int) ([]byte, error) {
	return hkdf.Key(sha256.New, []byte(from), nil, "coatcheck/jwt/next/v1", size)
}
