package storetest

import (
	"cmp"
	"context"
	"path"
	"strings"
	"time"

	"github.com/coatcheck-go/session"
)

var brokenValues = []broken{
	{
		name:  "keys are seven bits a byte",
		bend:  func(_ *mapStore, b *bent) { b.key = eachByte(func(c byte) byte { return c & 0x7f }) },
		fails: []string{"keys/every-byte"},
		may:   []string{"subject/*", "list/*", "caller/*", "keys/*"},
	},
	{
		name: "keys have no case",
		bend: func(_ *mapStore, b *bent) {
			b.key = func(key session.Key) session.Key { return session.Key(strings.ToLower(string(key))) }
		},
		fails: []string{"keys/case", "keys/every-byte"},
		may:   []string{"subject/*", "list/*", "caller/*", "keys/syntax"},
	},
	{
		name: "keys are cut at 64 bytes",
		bend: func(_ *mapStore, b *bent) {
			b.key = func(key session.Key) session.Key { return key[:min(len(key), 64)] }
		},
		fails: []string{"keys/lengths"},
	},
	{
		name: "keys end at a NUL or a space",
		bend: func(_ *mapStore, b *bent) {
			b.key = func(key session.Key) session.Key { return session.Key(strings.TrimRight(string(key), "\x00 ")) }
		},
		fails: []string{"keys/ends", "keys/every-byte"},
		may:   []string{"subject/*", "list/*", "caller/*"},
	},
	{
		name: "keys are paths",
		bend: func(_ *mapStore, b *bent) {
			b.key = func(key session.Key) session.Key { return session.Key(path.Clean("/" + string(key))) }
		},
		fails: []string{"keys/syntax"},
		may:   []string{"subject/*", "list/*", "caller/*"},
	},
	{
		name: "no data is no record",
		hook: func(m *mapStore, h *hooked) {
			h.load = func(ctx context.Context, key session.Key) (session.Record, error) {
				r, err := m.Load(ctx, key)
				if err == nil && r.Data == "" {
					return r, m.free(key)
				}
				return r, err
			}
		},
		fails: []string{"data/empty"},
	},
	{
		name:  "data is text",
		bend:  bendData(func(data string) string { return strings.ToValidUTF8(data, "?") }),
		fails: []string{"data/binary", "data/1MiB"},
	},
	{
		name:  "data ends at a NUL",
		bend:  bendData(func(data string) string { data, _, _ = strings.Cut(data, "\x00"); return data }),
		fails: []string{"data/binary"},
	},
	{
		name:  "data is cut short of 1 MiB",
		bend:  bendData(func(data string) string { return data[:min(len(data), 1<<20-1)] }),
		fails: []string{"data/1MiB"},
	},
	{
		name:  "nobody is somebody",
		bend:  bendSubject(func(s string) string { return cmp.Or(s, "nobody") }),
		fails: []string{"data/nobody", "subject/delete", "list/all"},
	},
	{
		name:  "subjects are cut at 254 bytes",
		bend:  bendSubject(func(s string) string { return s[:min(len(s), 254)] }),
		fails: []string{"data/subject", "subject/alike"},
	},
	{
		name:  "subjects have no case",
		bend:  bendSubject(strings.ToLower),
		fails: []string{"data/subject", "subject/alike"},
	},
	{
		name:  "times are full seconds",
		bend:  bendExpires(func(t time.Time) time.Time { return t.Truncate(time.Second) }),
		fails: []string{"expires/millisecond", "touch/millisecond"},
		may:   []string{"load/time-passes", "sweep/limit", "sweep/concurrent"},
	},
	{
		name: "finer times are rounded up to a second",
		bend: bendExpires(func(t time.Time) time.Time {
			if t.Nanosecond()%int(time.Millisecond) != 0 {
				return t.Add(time.Second).Truncate(time.Second)
			}
			return t
		}),
		fails: []string{"expires/finer"},
	},
	{
		name: "times lose their zone",
		bend: bendExpires(func(t time.Time) time.Time {
			return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.Local)
		}),
		fails: []string{"expires/zone"},
	},
	{
		name: "a month is the longest life",
		bend: bendExpires(func(t time.Time) time.Time {
			if month := in(30 * 24 * time.Hour); t.After(month) {
				return month
			}
			return t
		}),
		fails: []string{"expires/far", "touch/moves", "subject/touched"},
	},
}

func bendData(f func(string) string) func(*mapStore, *bent) {
	return bendRecord(func(r *session.Record) { r.Data = f(r.Data) })
}

func bendSubject(f func(string) string) func(*mapStore, *bent) {
	return bendRecord(func(r *session.Record) { r.Subject = f(r.Subject) })
}

func bendExpires(f func(time.Time) time.Time) func(*mapStore, *bent) {
	return bendRecord(func(r *session.Record) { r.Expires = f(r.Expires) })
}

func bendRecord(f func(*session.Record)) func(*mapStore, *bent) {
	return func(_ *mapStore, b *bent) {
		b.rec = func(r session.Record) session.Record {
			f(&r)
			return r
		}
	}
}

func eachByte(f func(byte) byte) func(session.Key) session.Key {
	return func(key session.Key) session.Key {
		all := []byte(key)
		for i := range all {
			all[i] = f(all[i])
		}
		return session.Key(all)
	}
}

var brokenVersions = []broken{
	{
		name: "an update that changes nothing leaves the version",
		hook: func(m *mapStore, h *hooked) {
			h.update = func(ctx context.Context, key session.Key, old, r session.Record) (uint64, error) {
				now, err := m.Load(ctx, key)
				r.Version = now.Version
				if err == nil && now.Version == old.Version && difference(now, r) == "" {
					return now.Version, nil
				}
				return m.Update(ctx, key, old, r)
			}
		},
		fails: []string{"update/stale-but-alike", "versions/updated"},
	},
	{
		name: "versions count from one for every new record",
		hook: func(m *mapStore, _ *hooked) {
			m.version = func(key session.Key) uint64 {
				if r, ok := m.live(key); ok {
					return r.Version + 1
				}
				return 1
			}
		},
		fails: []string{
			"versions/deleted", "versions/expired", "versions/other-handle", "versions/swept",
			"versions/subject-ended", "versions/replaced",
			"update/created-anew", "touch/created-anew", "replace/created-anew", "ended/created-anew",
		},
	},
	{
		name: "writes don't tell the version",
		hook: func(m *mapStore, h *hooked) {
			h.create = func(ctx context.Context, key session.Key, r session.Record) (uint64, error) {
				_, err := m.Create(ctx, key, r)
				return 0, err
			}
		},
		fails: []string{"create/keeps", "update/written"},
		may:   []string{"*/*"},
	},
}
