package redisstore

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/redis/rueidis"

	"github.com/coatcheck-go/session"
)

// List implements [session.Lister], by SCAN: in no order, and sometimes more records
// or fewer than limit; a limit below 1 is 1. Redis goes through all keys of its
// database, also those that aren't the store's, so a page may be empty. While Redis
// makes its table of keys smaller, a record may come on two pages. Unreadable records
// are left out. A cursor holds no key; it is worth nothing after a fail-over.
func (r *records) List(ctx context.Context, cursor string, limit int) (page []session.Entry, next string, err error) {
	ctx, cancel := context.WithTimeout(ctx, r.timeout)
	defer cancel()
	p, err := r.place(ctx, cursor)
	if err == nil && p.server != "" {
		page, p, err = r.scan(ctx, p, max(1, limit))
	}
	if err != nil {
		return nil, "", failure(ctx, "list", err)
	}
	return page, p.String(), nil
}

// A place is how far a listing has come: which server, and which of its cursors. The
// zero value is the end.
type place struct {
	server string
	cursor uint64
}

// String returns the place as List's cursor.
func (p place) String() string {
	if p == (place{}) {
		return ""
	}
	return p.server + " " + strconv.FormatUint(p.cursor, 10)
}

var errCursor = errors.New("no cursor of a listing, or its server is gone: begin anew")

// place reads what String wrote. The empty cursor is the first place there is.
func (r *records) place(ctx context.Context, cursor string) (p place, err error) {
	if cursor == "" {
		return r.serverAfter(ctx, "")
	}
	server, number, _ := strings.Cut(cursor, " ")
	n, err := strconv.ParseUint(number, 10, 64)
	if err != nil || r.server(server) == nil {
		return place{}, errCursor
	}
	return place{server, n}, nil
}

// theServer is the name of the one that is no cluster's. After a fail-over it is
// another.
const theServer = "primary"

// server returns the one of that name, nil if there is none.
func (r *records) server(name string) rueidis.Client {
	if r.together {
		return map[string]rueidis.Client{theServer: r.client}[name]
	}
	return r.client.Nodes()[name]
}

// serverAfter returns the beginning of the next server that has records, in the
// order of their names; the zero place if there is none.
func (r *records) serverAfter(ctx context.Context, last string) (place, error) {
	if r.together {
		if last == "" {
			return place{server: theServer}, nil
		}
		return place{}, nil
	}
	nodes := r.client.Nodes()
	for _, name := range slices.Sorted(maps.Keys(nodes)) {
		if name <= last {
			continue
		}
		role, err := roleOf(ctx, nodes[name])
		if err != nil || role == primaryRole {
			return place{server: name}, err
		}
	}
	return place{}, nil
}

// primaryRole is what ROLE calls a server that takes writes.
const primaryRole = "master"

func roleOf(ctx context.Context, c rueidis.CoreClient) (string, error) {
	role, err := c.Do(ctx, c.B().Role().Build()).ToArray()
	if err != nil {
		return "", err
	}
	if len(role) == 0 {
		return "", errAnswer
	}
	return role[0].ToString()
}

// scan returns the records at a place, and the next one.
func (r *records) scan(ctx context.Context, p place, limit int) (page []session.Entry, next place, err error) {
	server := r.server(p.server)
	match := glob.Replace(r.stem()) + "*"
	found, err := server.Do(ctx, server.B().Scan().Cursor(p.cursor).Match(match).Count(int64(limit)).Build()).AsScanEntry()
	if err != nil {
		return nil, place{}, err
	}
	page, err = r.readAll(ctx, r.keysOf(found.Elements))
	if err != nil {
		return nil, place{}, err
	}
	if found.Cursor != 0 {
		return page, place{p.server, found.Cursor}, nil
	}
	next, err = r.serverAfter(ctx, p.server)
	return page, next, err
}

// keysOf returns the keys of records with these names, each once.
func (r *records) keysOf(names []string) []session.Key {
	keys := toKeys(names)
	for i, key := range keys {
		keys[i] = key[len(r.stem()):]
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// glob makes of a text a pattern that only that text matches.
var glob = strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`, `]`, `\]`)
