package session

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"
)

// reuseWindow is how long a rotated token is remembered, so that its use after
// the grace can be told as what it may be: a stolen token.
const reuseWindow = time.Hour

// maxMoves bounds how many rotations of one session a late token may follow,
// each within its grace.
const maxMoves = 8

var (
	errMalformed = fmt.Errorf("session: %w", ErrMalformed)
	errMovedOn   = fmt.Errorf("session: token was rotated too often to be followed: %w", ErrNotFound)
	errReused    = fmt.Errorf("session: token was rotated away: %w", ErrNotFound)
	errLate      = fmt.Errorf("session: token was rotated while the request was under way: %w", ErrNotFound)
	errReplaced  = fmt.Errorf("session: a login took the session's place: %w", ErrEnded)
)

// A ServerEngine keeps sessions in a [Store], under a hash of the token. A Manager
// with Config.Store makes its own; others are for engines that keep a record of
// each session besides their token, see [Recorder].
type ServerEngine struct {
	store Store
	app   [appSize]byte
	gate  [appSize]byte

	// EndReused ends a session when a token that was rotated away is used after
	// its grace, within the hour that it is remembered: see Config.EndReused.
	EndReused bool
}

// NewServerEngine returns an engine over store for the application app, see
// Config.App. It is safe for concurrent use.
func NewServerEngine(store Store, app string) *ServerEngine {
	return &ServerEngine{store: store, app: appDigest(app, "token"), gate: appDigest(app, "gate")}
}

// NewID returns a fresh token, with 256 random bits.
func (e *ServerEngine) NewID() string { return newToken() }

// ClientSide returns false.
func (e *ServerEngine) ClientSide() bool { return false }

// Open implements [Engine]: one Load, and one more for each rotation that a late
// token has to follow.
func (e *ServerEngine) Open(ctx context.Context, token string, s *Snapshot) error {
	key, ok := tokenKey(e.app, token)
	if !ok {
		return errMalformed
	}
	*s = Snapshot{ID: token, key: key}
	err := e.open(ctx, s, false)
	if e.EndReused && errors.Is(err, errReused) {
		return cmp.Or(e.endReused(ctx, key), err)
	}
	return err
}

// endReused ends the session that the token behind key once led to.
func (e *ServerEngine) endReused(ctx context.Context, key Key) error {
	s := Snapshot{key: key}
	if err := e.open(ctx, &s, true); err != nil {
		return ignoreGone(err)
	}
	return e.Drop(ctx, &s)
}

// open fills s from the record under s.key, or from where it was moved to. To end
// it, it is found however often and long ago it was moved.
func (e *ServerEngine) open(ctx context.Context, s *Snapshot, toEnd bool) error {
	for moves := 0; toEnd || moves < maxMoves; moves++ {
		rec, stale := e.store.Load(ctx, s.key)
		if stale != nil && !errors.Is(stale, ErrLastKnown) {
			return stale
		}
		kind, r, err := openRecord(s.key, rec.Data)
		if err != nil {
			return err
		}
		switch kind {
		case kindSession:
			s.rec, s.Expires = rec, rec.Expires
			return cmp.Or(r.session(s), stale)
		case kindMoved:
			if err := follow(ctx, rec, &r, s, toEnd); err != nil {
				return err
			}
		default:
			return unknownKind(kind)
		}
	}
	return errMovedOn
}

// follow turns s to where rec, of which r is, says that it was moved, if the
// grace still runs or the session is to be ended.
func follow(ctx context.Context, rec Record, r *recordReader, s *Snapshot, toEnd bool) error {
	graceEnds, to, err := r.moved()
	now := time.Now()
	switch {
	case err != nil:
		return err
	case len(to) < recordTag:
		return errRecordShort
	case toEnd || now.Before(graceEnds):
		s.key, s.Moved = to, true
		return nil
	case now.Before(rec.Expires.Add(-reuseWindow)):
		return errReplaced
	case openedWhileGood(ctx, graceEnds):
		return errLate
	}
	return errReused
}

// Keep implements [Engine] by one write, in the store's own or the general way of
// [Replace] when the token rotates.
func (e *ServerEngine) Keep(ctx context.Context, old, s *Snapshot, grace time.Duration) (string, error) {
	if old.ID != "" && s.ID == old.ID {
		rec := e.record(old.key, s)
		version, err := e.store.Update(ctx, old.key, old.rec, rec)
		return s.ID, s.kept(old.key, rec, version, err)
	}
	key, ok := tokenKey(e.app, s.ID)
	if !ok {
		return "", errMalformed
	}
	rec := e.record(key, s)
	if old.ID == "" {
		version, err := e.store.Create(ctx, key, rec)
		return s.ID, s.kept(key, rec, version, err)
	}
	version, err := Replace(ctx, e.store, old.key, old.rec, movedRecord(old.key, key, grace), key, rec)
	return s.ID, s.kept(key, rec, version, err)
}

func (e *ServerEngine) record(key Key, s *Snapshot) Record {
	return Record{Data: encodeSession(key, s), Subject: s.Subject, Expires: s.Expires}
}

// kept notes in s what the store holds now.
func (s *Snapshot) kept(key Key, rec Record, version uint64, err error) error {
	if err != nil {
		return err
	}
	rec.Version = version
	s.key, s.rec, s.Moved = key, rec, s.Moved && s.key == key
	return nil
}

// movedRecord takes the place of a rotated record. With no grace it leads nobody
// to the session but who ends it; yet for as long as requests sent before it may
// still arrive, it tells them that the session was replaced.
func movedRecord(key, to Key, grace time.Duration) Record {
	now := time.Now()
	told := cmp.Or(grace, defaultRotateGrace)
	return Record{Data: encodeMoved(key, to, now.Add(grace)), Expires: now.Add(told + reuseWindow)}
}

// Touch implements [Engine].
func (e *ServerEngine) Touch(ctx context.Context, s *Snapshot, expires time.Time) error {
	version, err := Touch(ctx, e.store, s.key, s.rec, expires)
	if err != nil {
		return err
	}
	s.Expires, s.rec.Expires, s.rec.Version = expires, expires, version
	return nil
}

// Drop implements [Engine]. It ends the record only as it was read: had it been rotated meanwhile, to
// delete it would leave the session alive under its new key.
func (e *ServerEngine) Drop(ctx context.Context, s *Snapshot) error {
	for {
		if err := e.end(ctx, s); !errors.Is(err, ErrConflict) {
			return err
		}
		if err := e.open(ctx, s, true); err != nil {
			return ignoreGone(err)
		}
	}
}

// end ends s if it is still what the store holds.
func (e *ServerEngine) end(ctx context.Context, s *Snapshot) error {
	_, err := e.store.Update(ctx, s.key, s.rec, Record{Expires: time.UnixMilli(0)})
	return ignoreGone(err)
}

// ignoreGone returns nil for an error that says the session has ended already.
func ignoreGone(err error) error {
	if errors.Is(err, ErrNotFound) || errors.Is(err, ErrEnded) {
		return nil
	}
	return err
}
