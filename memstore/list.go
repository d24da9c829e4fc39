package memstore

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/coatcheck-go/session"
)

var errCursor = errors.New("not a cursor of this store")

// A position is how far a listing has come: to an entry's id in a shard. Ids
// don't change while their record exists, so nothing is listed twice.
type position struct {
	shard int
	id    uint32
}

// List implements [session.Lister]. A page has at most limit entries, but at
// least one is always asked for. A cursor that List didn't return is an error.
func (s *Store) List(ctx context.Context, cursor string, limit int) (page []session.Entry, next string, err error) {
	p, err := s.parseCursor(cursor)
	if err != nil {
		return nil, "", fail("list", err)
	}
	limit = max(1, limit)
	for p.shard < len(s.shards) && len(page) < limit {
		if err := ctx.Err(); err != nil {
			return nil, "", fail("list", err)
		}
		page, p = s.shards[p.shard].list(page, p, limit)
	}
	if p.shard == len(s.shards) {
		return page, "", nil
	}
	return page, p.String(), nil
}

// list appends live entries to page, from p on and for a bounded number of
// steps, and returns where to go on.
func (sh *shard) list(page []session.Entry, p position, limit int) ([]session.Entry, position) {
	now := time.Now().UnixMilli()
	sh.mu.RLock()
	defer sh.mu.RUnlock()
	for end := p.id + stepsPerLock; p.id < end && len(page) < limit; p.id++ {
		if p.id > sh.entries.last {
			return page, position{shard: p.shard + 1, id: 1}
		}
		if e := sh.entries.at(p.id); e.at != 0 && e.expires > now {
			page = append(page, sh.entry(p.id))
		}
	}
	return page, p
}

func (p position) String() string { return fmt.Sprintf("%d.%d", p.shard, p.id) }

func (s *Store) parseCursor(cursor string) (position, error) {
	if cursor == "" {
		return position{id: 1}, nil
	}
	before, after, _ := strings.Cut(cursor, ".")
	shard, err1 := strconv.ParseUint(before, 10, 31)
	id, err2 := strconv.ParseUint(after, 10, 31)
	if err1 != nil || err2 != nil || int(shard) >= len(s.shards) || id == 0 {
		return position{}, errCursor
	}
	return position{shard: int(shard), id: uint32(id)}, nil
}
