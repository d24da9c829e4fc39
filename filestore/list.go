package filestore

import (
	"context"
	"errors"
	"slices"

	"github.com/coatcheck-go/session"
)

// List returns up to limit live records, at least one if there is one, in the
// order of their file names; the cursor is the name of the last one. It
// leaves out records that can't be read. See [session.Lister].
func (s *Store) List(ctx context.Context, cursor string, limit int) (page []session.Entry, next string, err error) {
	from, ok := parseID(cursor)
	if !ok && cursor != "" {
		return nil, "", fail("list", errors.New("the cursor is none that List returned"))
	}
	for part := int(from[0]); part < parts; part++ {
		ids, err := s.after(ctx, part, cursor)
		for len(ids) > 0 && err == nil && len(page) < max(limit, 1) {
			page, err = s.appendVisible(page, ids[0])
			cursor, ids = ids[0].String(), ids[1:]
		}
		if err != nil {
			return nil, "", fail("list", err)
		}
		if len(ids) > 0 {
			return page, cursor, nil
		}
	}
	return page, "", nil
}

// after returns the ids of one part that follow the cursor.
func (s *Store) after(ctx context.Context, part int, cursor string) ([]id, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	ids, err := s.ids(s.records[part].path)
	return slices.DeleteFunc(ids, func(i id) bool {
		return int(i[0]) != part || i.String() <= cursor
	}), err
}

func (s *Store) appendVisible(page []session.Entry, i id) ([]session.Entry, error) {
	e, ok, err := s.visible(i)
	if ok {
		page = append(page, e)
	}
	return page, err
}
