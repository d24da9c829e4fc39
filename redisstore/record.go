package redisstore

import (
	"encoding/binary"
	"errors"
	"strings"
	"time"

	"github.com/coatcheck-go/session"
)

// A record is one Redis string:
//
//	byte  0       the format: 1
//	bytes 1 - 8   the version
//	bytes 9 - 16  when it expires, Unix time in milliseconds
//	byte  17      how many bytes the subject has
//	then          the subject
//	the rest      the data
//
// Numbers are big-endian. The key expires in Redis at the same millisecond. The
// scripts read the head, too: see script/common.lua.
const (
	format    = 1
	headBytes = 18

	maxSubject = 255
)

var errSubject = errors.New("subject longer than 255 bytes")

// encode returns the bytes of rec, which must be live, with this version.
func encode(rec session.Record, version uint64) (string, error) {
	if len(rec.Subject) > maxSubject {
		return "", errSubject
	}
	head := make([]byte, 0, headBytes)
	head = append(head, format)
	head = binary.BigEndian.AppendUint64(head, version)
	head = binary.BigEndian.AppendUint64(head, uint64(rec.Expires.UnixMilli()))
	head = append(head, byte(len(rec.Subject)))
	var b strings.Builder
	b.Grow(len(head) + len(rec.Subject) + len(rec.Data))
	b.Write(head)
	b.WriteString(rec.Subject)
	b.WriteString(rec.Data)
	return b.String(), nil
}

// decode reads what encode wrote; Data and Subject are parts of value.
// session.ErrBroken: it can't be read. session.ErrNotFound: its time is over.
func decode(value string) (session.Record, error) {
	if len(value) < headBytes || value[0] != format || len(value) < headBytes+int(value[17]) {
		return session.Record{}, session.ErrBroken
	}
	expires := time.UnixMilli(int64(number(value[9:17])))
	if !expires.After(time.Now()) {
		return session.Record{}, session.ErrNotFound
	}
	data := headBytes + int(value[17])
	return session.Record{
		Data:    value[data:],
		Subject: value[headBytes:data],
		Expires: expires,
		Version: number(value[1:9]),
	}, nil
}

// number reads 8 bytes.
func number(s string) (n uint64) {
	for i := range 8 {
		n = n<<8 | uint64(s[i])
	}
	return n
}

// bytes8 is the opposite of number.
func bytes8(n uint64) string {
	return string(binary.BigEndian.AppendUint64(nil, n))
}
