package session

import (
	"context"
	"crypto/sha256"
	"errors"
	"slices"
	"time"
)

// A LimitPolicy says what a login does when its subject has as many sessions as
// Config.MaxPerSubject allows.
type LimitPolicy int

const (
	EndOldest LimitPolicy = iota // end those that logged in first
	RefuseNew                    // refuse the login with ErrLimit
)

// The limit is exact however many processes log a subject in at once, on any
// store, by a gate: one record a subject, changed only by comparing, in which a
// login takes a place before it creates its session and leaves it after. At
// any moment sessions and places together are within the limit.

// A place is held by a login that is being saved. Should its process die, the
// place is free again after a while.
type place struct {
	handle Handle
	until  time.Time
}

// gatePause is how long to wait for a login that is being saved just now.
const gatePause = 2 * time.Millisecond

// takePlace makes sure that the limit allows subject one more session.
func (s *Session) takePlace(subject string, own Handle) error {
	if s.m.config.MaxPerSubject == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(s.ctx, s.m.config.SaveTimeout)
	defer cancel()
	for {
		taken, err := s.m.tryPlace(ctx, subject, own)
		if taken || err != nil {
			return s.failed("login", err)
		}
		select {
		case <-time.After(gatePause):
		case <-ctx.Done():
			return s.failed("login", ctx.Err())
		}
	}
}

// tryPlace takes a place, or ends a session so that the next try may succeed.
func (m *Manager) tryPlace(ctx context.Context, subject string, own Handle) (taken bool, err error) {
	gate, err := m.server.openGate(ctx, subject)
	if err != nil {
		return false, err
	}
	entries, err := BySubject(ctx, m.server.store, subject)
	if err != nil {
		return false, err
	}
	others := m.server.snapshots(entries)
	others = slices.DeleteFunc(others, func(s Snapshot) bool { return s.Handle == own })
	gate.leave(own)
	for _, other := range others {
		gate.leave(other.Handle) // its session is there
	}
	excess := len(others) + len(gate.places) - (m.config.MaxPerSubject - 1)
	if excess <= 0 {
		gate.take(own, 2*m.config.SaveTimeout)
		return m.server.saveGate(ctx, gate)
	}
	if m.config.AtLimit == RefuseNew {
		return false, ErrLimit
	}
	return false, m.endOldest(ctx, subject, others, excess)
}

func (m *Manager) endOldest(ctx context.Context, subject string, others []Snapshot, n int) error {
	oldestFirst(others)
	for _, s := range others[:min(n, len(others))] {
		if _, err := m.EndSession(ctx, subject, s.Handle); err != nil {
			return err
		}
	}
	return nil
}

// leavePlace frees the place when the session is saved, or could not be. That this
// fails is told and is no error of the login: a place whose session is there counts no
// more, and any other is free again after a while.
func (s *Session) leavePlace(subject string, own Handle) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(s.ctx), s.m.config.SaveTimeout)
	defer cancel()
	for left := false; !left; {
		gate, err := s.m.server.openGate(ctx, subject)
		if err == nil {
			gate.leave(own)
			left, err = s.m.server.saveGate(ctx, gate)
		}
		if err != nil {
			_ = s.failed("login", err)
			return
		}
	}
}

// A gate is the record of the places of one subject.
type gate struct {
	key    Key
	rec    Record
	absent bool
	places []place
}

func (g *gate) leave(h Handle) {
	g.places = slices.DeleteFunc(g.places, func(p place) bool { return p.handle == h })
}

func (g *gate) take(h Handle, hold time.Duration) {
	g.places = append(g.places, place{h, time.Now().Add(hold)})
}

func (e *ServerEngine) openGate(ctx context.Context, subject string) (g gate, err error) {
	sum := sha256.Sum256(append(e.gate[:], subject...))
	g.key = Key(sum[:])
	g.rec, err = e.store.Load(ctx, g.key)
	if errors.Is(err, ErrNotFound) {
		g.absent = true
		return g, nil
	}
	if err != nil {
		return g, err
	}
	kind, r, err := openRecord(g.key, g.rec.Data)
	if err != nil {
		return g, err
	}
	if kind != kindGate {
		return g, unknownKind(kind)
	}
	g.places, err = r.places()
	return g, err
}

// places reads a record of kind G, without the places whose time is over.
func (r *recordReader) places() (places []place, err error) {
	now := time.Now()
	for range r.uint() {
		p := place{r.handle(), r.time()}
		if r.err != nil {
			return nil, r.err
		}
		if now.Before(p.until) {
			places = append(places, p)
		}
	}
	return places, r.finish()
}

// saveGate reports false when another login was first.
func (e *ServerEngine) saveGate(ctx context.Context, g gate) (saved bool, err error) {
	var w recordWriter
	w.begin(kindGate, g.key, 1+len(g.places)*24)
	w.uint(uint64(len(g.places)))
	expires := time.Now().Add(time.Second)
	for _, p := range g.places {
		w.Write(p.handle[:])
		w.time(p.until)
		if p.until.After(expires) {
			expires = p.until
		}
	}
	rec := Record{Data: w.String(), Expires: expires}
	if g.absent {
		_, err = e.store.Create(ctx, g.key, rec)
	} else {
		_, err = e.store.Update(ctx, g.key, g.rec, rec)
	}
	if errors.Is(err, ErrConflict) || errors.Is(err, ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}
