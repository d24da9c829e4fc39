package redisstore

import (
	"context"
	_ "embed"
	"time"

	"github.com/coatcheck-go/session"
)

var (
	//go:embed script/touch.lua
	touchText string

	touchScript = newScript(touchText)
)

// Touch implements [session.Toucher]. session.ErrConflict also if old.Subject isn't
// the record's.
func (r *records) Touch(ctx context.Context, key session.Key, old session.Record, expires time.Time) (err error) {
	p := pending{key: key, subject: old.Subject, expires: expires.UnixMilli()}
	if p.expires > now() {
		p.value = bytes8(uint64(p.expires))
		err = r.write(ctx, touchScript, p, bytes8(old.Version), old.Subject)
	} else {
		err = r.write(ctx, updateScript, p, bytes8(old.Version))
	}
	if err != nil {
		return failure(ctx, "touch", err)
	}
	return nil
}
