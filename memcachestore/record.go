package memcachestore

import (
	"encoding/binary"
	"time"

	"github.com/coatcheck-go/session"
)

// The value of an item that holds a record is
//
//	format   1 byte, 1
//	version  8 bytes, big endian
//	expires  8 bytes, big endian: milliseconds since 1970
//	subject  its length as a uvarint, and its bytes
//	data     the rest
const (
	format    = 1
	headerLen = 1 + 8 + 8
)

// encode returns the value for rec. What has expired is dead by the clock of every
// machine.
func encode(rec session.Record) []byte {
	expires := rec.Expires.UnixMilli()
	if !live(rec.Expires) {
		expires = 0
	}
	b := make([]byte, 0, headerLen+binary.MaxVarintLen64+len(rec.Subject)+len(rec.Data))
	b = append(b, format)
	b = binary.BigEndian.AppendUint64(b, rec.Version)
	b = binary.BigEndian.AppendUint64(b, uint64(expires))
	b = binary.AppendUvarint(b, uint64(len(rec.Subject)))
	b = append(b, rec.Subject...)
	return append(b, rec.Data...)
}

// decode returns the record in value. session.ErrNotFound: it is dead.
// session.ErrBroken: it can't be read.
func decode(value []byte) (session.Record, error) {
	if len(value) < headerLen || value[0] != format {
		return session.Record{}, session.ErrBroken
	}
	expires := time.UnixMilli(int64(binary.BigEndian.Uint64(value[9:])))
	if !live(expires) {
		return session.Record{}, session.ErrNotFound // what is dead may be damaged
	}
	length, n := binary.Uvarint(value[headerLen:])
	rest := value[min(headerLen+max(n, 0), len(value)):]
	if n <= 0 || length > uint64(len(rest)) {
		return session.Record{}, session.ErrBroken
	}
	text := string(rest)
	return session.Record{
		Data:    text[length:],
		Subject: text[:length],
		Expires: expires,
		Version: binary.BigEndian.Uint64(value[1:]),
	}, nil
}

// live goes by whole milliseconds, as records are kept.
func live(expires time.Time) bool { return expires.UnixMilli() > time.Now().UnixMilli() }
