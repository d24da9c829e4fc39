package session

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Info describes one session to its owner or to an administrator. It holds
// nothing that gives access.
type Info struct {
	Handle    Handle
	Subject   string
	Created   time.Time
	LastSeen  time.Time // as exact as Config.TouchEvery; last saved, if there is no idle timeout
	Expires   time.Time // if nobody comes back
	Address   string    // at login
	UserAgent string    // at login
}

func (s *Snapshot) info() Info {
	return Info{
		Handle: s.Handle, Subject: s.Subject, Created: s.Created, LastSeen: s.lastSeen(),
		Expires: s.end(), Address: s.Address, UserAgent: s.UserAgent,
	}
}

// Sessions returns the live sessions of subject, the last seen first.
// errors.ErrUnsupported: the store can't find sessions by subject.
func (m *Manager) Sessions(ctx context.Context, subject string) ([]Info, error) {
	if err := m.needServer(); err != nil {
		return nil, err
	}
	entries, err := BySubject(ctx, m.server.store, subject)
	if err != nil {
		return nil, wrap("list sessions", err)
	}
	infos := m.server.infos(entries)
	slices.SortFunc(infos, func(a, b Info) int { return b.LastSeen.Compare(a.LastSeen) })
	return infos, nil
}

// List returns a page of all live sessions, see [Lister]: the first page has
// cursor "", and next is "" after the last.
func (m *Manager) List(ctx context.Context, cursor string, limit int) (page []Info, next string, err error) {
	if err := m.needServer(); err != nil {
		return nil, "", err
	}
	entries, next, err := List(ctx, m.server.store, cursor, limit)
	return m.server.infos(entries), next, wrap("list sessions", err)
}

// EndAll ends all sessions of subject and tells how many. When it returns nil,
// they are gone for every process, rotated meanwhile or not.
//
// For a button "sign out everywhere" call [Session.EndOthers] and then [Session.Logout].
// After EndAll every change of the request's own session would be ErrEnded.
func (m *Manager) EndAll(ctx context.Context, subject string) (ended int, err error) {
	return m.endSubject(ctx, subject)
}

// EndOthers ends all sessions of this session's subject but this one, at once,
// and tells how many. It goes on although the visitor has gone away, for
// Config.SaveTimeout at most. After a password change, Login again as well, so that a
// copy of this session's token is of no use.
func (s *Session) EndOthers() (ended int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.load(); err != nil {
		return 0, err
	}
	if s.next.Subject == "" {
		return 0, errors.New("session: end others: nobody is logged in")
	}
	var except []Key
	if s.exists() {
		key, err := s.recordKey()
		if err != nil {
			return 0, err
		}
		except = []Key{key}
	}
	ctx := s.saving()
	defer ctx.stop()
	return s.m.endSubject(ctx, s.next.Subject, except...)
}

// recordKey tells where the session's record is. A session that came from the
// token alone was not read from there, and may have been ended since.
func (s *Session) recordKey() (Key, error) {
	if _, ok := s.m.engine.(Reopener); !ok {
		return s.base.key, nil
	}
	ctx := s.reading(&lazyContext{opened: s.now}, time.Now())
	defer ctx.stop()
	sn, err := s.reopen(ctx)
	if err != nil {
		return "", s.failed("end others", s.gone(err))
	}
	return sn.key, nil
}

func (m *Manager) endSubject(ctx context.Context, subject string, except ...Key) (int, error) {
	if err := m.needServer(); err != nil {
		return 0, err
	}
	if subject == "" {
		return 0, errors.New("session: end sessions: no subject")
	}
	n, err := DeleteBySubject(ctx, m.server.store, subject, except...)
	if n > 0 {
		m.emit(ctx, Event{Kind: EventEnded, Subject: subject, Count: n})
	}
	return n, wrap("end sessions", err)
}

// EndSession ends the session of subject that has the handle, and reports
// whether there was one. When it returns nil the session is gone for every
// process, rotated meanwhile or not.
func (m *Manager) EndSession(ctx context.Context, subject string, h Handle) (found bool, err error) {
	if err := m.needServer(); err != nil {
		return false, err
	}
	if found, err = m.server.endHandle(ctx, subject, h); err != nil {
		return found, wrap("end session", err)
	}
	if found {
		m.emit(ctx, Event{Kind: EventEnded, Handle: h, Subject: subject, Count: 1})
	}
	return found, nil
}

func (m *Manager) needServer() error {
	if m.server == nil {
		return fmt.Errorf("session: %T keeps no list of sessions: %w", m.engine, errors.ErrUnsupported)
	}
	return nil
}

// snapshots opens the live sessions among entries; what is unreadable is left
// out.
func (e *ServerEngine) snapshots(entries []Entry) []Snapshot {
	now := time.Now()
	found := make([]Snapshot, 0, len(entries))
	for _, entry := range entries {
		kind, r, err := openRecord(entry.Key, entry.Record.Data)
		if err != nil || kind != kindSession {
			continue
		}
		s := Snapshot{key: entry.Key, rec: entry.Record, Expires: entry.Record.Expires}
		if r.session(&s) == nil && now.Before(s.end()) {
			found = append(found, s)
		}
	}
	return found
}

func (e *ServerEngine) infos(entries []Entry) []Info {
	snapshots := e.snapshots(entries)
	infos := make([]Info, len(snapshots))
	for i := range snapshots {
		infos[i] = snapshots[i].info()
	}
	return infos
}

// endHandle ends what has the handle until nothing has: a rotation may move the
// session to another key between the two steps. So it is ended only as it was
// found, as in Drop.
func (e *ServerEngine) endHandle(ctx context.Context, subject string, h Handle) (found bool, err error) {
	for {
		entries, err := BySubject(ctx, e.store, subject)
		if err != nil {
			return found, err
		}
		again := false
		for _, s := range e.snapshots(entries) {
			if s.Handle != h {
				continue
			}
			again, found = true, true
			if err := e.end(ctx, &s); err != nil && !errors.Is(err, ErrConflict) {
				return found, err
			}
		}
		if !again {
			return found, nil
		}
	}
}

// oldestFirst sorts by login.
func oldestFirst(sessions []Snapshot) {
	slices.SortFunc(sessions, func(a, b Snapshot) int {
		return cmp.Or(a.Started.Compare(b.Started), cmp.Compare(a.key, b.key))
	})
}
