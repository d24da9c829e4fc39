package redisstore

import (
	"context"
	_ "embed"
	"errors"
	"slices"

	"github.com/redis/rueidis"

	"github.com/coatcheck-go/session"
)

var (
	//go:embed script/members.lua
	membersText string
	//go:embed script/endall.lua
	endAllText string

	membersScript = newScript(membersText)
	endAllScript  = newScript(endAllText)
)

// BySubject implements [session.SubjectStore]: one script, then the GETs of all
// records at once. Unreadable records are left out.
func (r *records) BySubject(ctx context.Context, subject string) ([]session.Entry, error) {
	members, err := r.members(ctx, subject)
	if err != nil {
		return nil, failure(ctx, "by subject", err)
	}
	entries, err := r.readAll(ctx, members)
	if err != nil {
		return nil, failure(ctx, "by subject", err)
	}
	return slices.DeleteFunc(entries, func(e session.Entry) bool { return e.Record.Subject != subject }), nil
}

// members returns the entries in a subject's index: the keys of all its records,
// perhaps more.
func (r *records) members(ctx context.Context, subject string) ([]session.Key, error) {
	names, err := r.exec(ctx, membersScript, []string{r.index(subject)}, nil).AsStrSlice()
	return toKeys(names), err
}

func toKeys(names []string) []session.Key {
	keys := make([]session.Key, len(names))
	for i, name := range names {
		keys[i] = session.Key(name)
	}
	return keys
}

// readAll returns the live records under these keys that can be read.
func (r *records) readAll(ctx context.Context, keys []session.Key) (entries []session.Entry, err error) {
	ctx, cancel := context.WithTimeout(ctx, r.timeout)
	defer cancel()
	gets := make([]rueidis.Completed, len(keys))
	for i, key := range keys {
		gets[i] = r.get(key)
	}
	for i, result := range r.client.DoMulti(ctx, gets...) {
		rec, err := read(result)
		if errors.Is(err, session.ErrNotFound) || errors.Is(err, session.ErrBroken) {
			continue
		}
		if err != nil {
			return nil, err
		}
		entries = append(entries, session.Entry{Key: keys[i], Record: rec})
	}
	return entries, nil
}

// DeleteBySubject implements [session.SubjectStore]. A script deletes the records that
// are known, and tells which entries are left at that moment: none, when all is
// done. An error comes with the number deleted until then.
func (s *Store) DeleteBySubject(ctx context.Context, subject string, except ...session.Key) (deleted int, err error) {
	members, err := s.members(ctx, subject)
	members = without(members, except)
	for err == nil && len(members) > 0 {
		var n int
		n, members, err = s.endAll(ctx, subject, members)
		deleted += n
		members = without(members, except)
	}
	if err != nil {
		return deleted, failure(ctx, "delete by subject", err)
	}
	return deleted, nil
}

// endAll deletes the records under these keys that are subject's, and returns the
// other entries in its index.
func (s *Store) endAll(ctx context.Context, subject string, members []session.Key) (deleted int, left []session.Key, err error) {
	keys, args := []string{s.index(subject)}, []string{subject}
	for _, key := range members {
		keys, args = append(keys, s.record(key)), append(args, string(key))
	}
	both, err := s.exec(ctx, endAllScript, keys, args).ToArray()
	if err != nil {
		return 0, nil, err
	}
	if len(both) != 2 {
		return 0, nil, errAnswer
	}
	n, err := both[0].AsInt64()
	if err != nil {
		return 0, nil, err
	}
	names, err := both[1].AsStrSlice()
	return int(n), toKeys(names), err
}

// without returns the keys that aren't among those to be dropped.
func without(keys, dropped []session.Key) []session.Key {
	drop := make(map[session.Key]bool, len(dropped))
	for _, key := range dropped {
		drop[key] = true
	}
	return slices.DeleteFunc(keys, func(key session.Key) bool { return drop[key] })
}
