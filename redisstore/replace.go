package redisstore

import (
	"context"
	_ "embed"
	"slices"

	"github.com/coatcheck-go/session"
)

var (
	//go:embed script/replace.lua
	replaceText string

	replaceScript = newScript(replaceText)
)

// Replace implements [session.Replacer], by one script.
func (s *Store) Replace(ctx context.Context, key session.Key, old, rec session.Record, newKey session.Key, newRec session.Record) (version uint64, err error) {
	from, err := nextRecord(key, old, rec)
	if err != nil {
		return 0, failure(ctx, "replace", err)
	}
	to, err := newRecord(newKey, newRec)
	if err != nil {
		return 0, failure(ctx, "replace", err)
	}
	keys, args := s.targets(from)
	newKeys, newArgs := s.targets(to)
	args = slices.Concat([]string{bytes8(old.Version)}, args, newArgs)
	if err := s.run(ctx, replaceScript, append(keys, newKeys...), args); err != nil {
		return 0, failure(ctx, "replace", err)
	}
	return to.version, nil
}
