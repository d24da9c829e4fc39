package filestore

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"time"

	"github.com/coatcheck-go/session"
)

// A record file, all numbers big-endian:
//
//	 0   7  "coatrec"
//	 7   1  format, 1
//	 8   4  CRC-32C of all that follows
//	12   8  version
//	20   8  expiry, milliseconds since 1970, signed
//	28   4  length of the key
//	32   4  length of the subject
//	36   4  length of the data
//	40      key, subject, data
//
// The key stands in it so that List can tell it, and so that a file that was
// moved or copied to another name isn't taken for that other session.
const (
	magic      = "coatrec"
	format     = 1
	headerSize = 40
	maxFile    = 64<<20 + 64<<10 // 64 MiB of data, and room for the rest
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// encode returns the file of a record.
func encode(e session.Entry) ([]byte, error) {
	rec := e.Record
	size := headerSize + len(e.Key) + len(rec.Subject) + len(rec.Data)
	if size > maxFile {
		return nil, fmt.Errorf("a record of %d bytes is too large: at most %d", size, maxFile)
	}
	b := append(make([]byte, 0, size), magic...)
	b = append(b, format)
	b = append(b, 0, 0, 0, 0) // the checksum
	b = binary.BigEndian.AppendUint64(b, rec.Version)
	b = binary.BigEndian.AppendUint64(b, uint64(rec.Expires.UnixMilli()))
	b = binary.BigEndian.AppendUint32(b, uint32(len(e.Key)))
	b = binary.BigEndian.AppendUint32(b, uint32(len(rec.Subject)))
	b = binary.BigEndian.AppendUint32(b, uint32(len(rec.Data)))
	b = append(b, e.Key...)
	b = append(b, rec.Subject...)
	b = append(b, rec.Data...)
	binary.BigEndian.PutUint32(b[8:], checksum(b))
	return b, nil
}

// decode returns the record of a file, or ErrBroken and what is wrong with it.
func decode(b []byte) (session.Entry, error) {
	if err := checkHeader(b); err != nil {
		return session.Entry{}, err
	}
	key := int64(binary.BigEndian.Uint32(b[28:]))
	subject := int64(binary.BigEndian.Uint32(b[32:]))
	data := int64(binary.BigEndian.Uint32(b[36:]))
	if int64(len(b)) != headerSize+key+subject+data {
		return session.Entry{}, broken("it is cut short or too long")
	}
	if binary.BigEndian.Uint32(b[8:]) != checksum(b) {
		return session.Entry{}, broken("its checksum is wrong")
	}
	rest := string(b[headerSize:])
	return session.Entry{
		Key: session.Key(rest[:key]),
		Record: session.Record{
			Data:    rest[key+subject:],
			Subject: rest[key : key+subject],
			Expires: expiry(b),
			Version: binary.BigEndian.Uint64(b[12:]),
		},
	}, nil
}

// checkHeader tells whether b begins with a header that can be read.
func checkHeader(b []byte) error {
	switch {
	case len(b) < headerSize:
		return broken("it is cut short")
	case string(b[:len(magic)]) != magic:
		return broken("it is no session record")
	case b[len(magic)] != format:
		return broken(fmt.Sprintf("it has format %d, and this version of filestore reads only %d", b[len(magic)], format))
	}
	return nil
}

// expiry returns the expiry that stands in a header.
func expiry(b []byte) time.Time {
	return time.UnixMilli(int64(binary.BigEndian.Uint64(b[20:])))
}

func checksum(b []byte) uint32 { return crc32.Checksum(b[12:], castagnoli) }

func broken(why string) error { return fmt.Errorf("%w: %s", session.ErrBroken, why) }
