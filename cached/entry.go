package cached

import (
	"encoding/binary"
	"slices"
	"strings"
	"time"

	"github.com/coatcheck-go/session"
)

// What an entry of the cache begins with says what it is:
//
//	"busy "     writes to the record are under way, each with a nonce
//	"filling "  a reader is about to put a copy here; its nonce
//	"ended "    records of the subject are being deleted, or were just now
//	copyTag     a copy of the record, see encode
//
// Readers take anything else for something that is no copy, and writers write
// over it.
const (
	busyTag    = "busy "
	fillingTag = "filling "
	endedTag   = "ended "
	copyTag    = "\x01"

	// shared stands among the nonces of writes for those that are over.
	shared = "+"
)

// enter adds a writer to an entry.
func enter(is, writer string) string {
	if strings.HasPrefix(is, busyTag) {
		return is + " " + writer
	}
	return busyTag + writer
}

// alone is an entry in which nobody but writer has been since it came.
func alone(writer string) string { return busyTag + writer }

// leave takes a writer out of an entry, "" if no other is in it. Those who stay
// are told that they weren't alone. An entry that isn't busy has come because the
// mark was lost; it may be older than the write, so that it goes.
func leave(is, writer string) string {
	writers, busy := strings.CutPrefix(is, busyTag)
	others := slices.DeleteFunc(strings.Fields(writers), func(w string) bool {
		return w == writer || w == shared
	})
	if !busy || len(others) == 0 {
		return ""
	}
	return busyTag + shared + " " + strings.Join(others, " ")
}

const headerLen = len(copyTag) + 8 + 8

// encode returns a copy of rec:
//
//	copyTag  1 byte
//	version  8 bytes, big endian
//	expires  8 bytes, big endian: milliseconds since 1970
//	subject  its length as a uvarint, and its bytes
//	data     the rest
func encode(rec session.Record) string {
	b := make([]byte, 0, headerLen+binary.MaxVarintLen64+len(rec.Subject)+len(rec.Data))
	b = append(b, copyTag...)
	b = binary.BigEndian.AppendUint64(b, rec.Version)
	b = binary.BigEndian.AppendUint64(b, uint64(rec.Expires.UnixMilli()))
	b = binary.AppendUvarint(b, uint64(len(rec.Subject)))
	b = append(b, rec.Subject...)
	return string(append(b, rec.Data...))
}

// decode returns the record of which entry is a copy. ok: it is one, and live.
func decode(entry string) (rec session.Record, ok bool) {
	if len(entry) < headerLen || !strings.HasPrefix(entry, copyTag) {
		return session.Record{}, false
	}
	header := []byte(entry[:min(len(entry), headerLen+binary.MaxVarintLen64)])
	length, n := binary.Uvarint(header[headerLen:])
	if n <= 0 || length > uint64(len(entry)-headerLen-n) {
		return session.Record{}, false
	}
	text := entry[headerLen+n:]
	rec = session.Record{
		Data:    text[length:],
		Subject: text[:length],
		Expires: time.UnixMilli(int64(binary.BigEndian.Uint64(header[9:]))),
		Version: binary.BigEndian.Uint64(header[1:]),
	}
	return rec, live(rec.Expires)
}

// live goes by whole milliseconds, as records are kept.
func live(expires time.Time) bool { return expires.UnixMilli() > time.Now().UnixMilli() }
