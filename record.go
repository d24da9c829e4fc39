package session

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"
)

// A server-side record's Data, format 1 (u: unsigned varint; s: u length and
// bytes; times in Unix milliseconds, durations in milliseconds):
//
//	1  format, 1
//	1  kind: S session, M moved, G gate (see limit.go)
//	16 the first bytes of the record's own key, so that an answer meant for
//	   another request is noticed (MB-02)
//
//	S: 12 handle · 1 flags (1: persistent) · u created · u started · u saved ·
//	   u lifetime · u idle, 0: none · u until, 0: none · s subject ·
//	   s address · s user agent · u number of values · each: s key, s value
//	M: u end of grace · s key it moved to
//	G: u number of places · each: 12 handle, u taken until
const (
	recordFormat = 1
	recordTag    = 16
	recordHead   = 2 + recordTag

	kindSession = 'S'
	kindMoved   = 'M'
	kindGate    = 'G'

	flagPersistent = 1
)

var (
	errRecordTag   = errors.New("session: the store returned another session's record") // none of our sentinels: it failed
	errRecordShort = fmt.Errorf("session: record is cut short or damaged: %w", ErrBroken)
)

// recordWriter builds Data in one allocation when size was estimated right.
type recordWriter struct{ strings.Builder }

func (w *recordWriter) begin(kind byte, key Key, size int) {
	w.Grow(recordHead + size)
	w.WriteByte(recordFormat)
	w.WriteByte(kind)
	w.WriteString(keyTag(key))
}

// keyTag is what of the key a record carries; a key is a SHA-256 sum.
func keyTag(key Key) string { return string(key[:recordTag]) }

func (w *recordWriter) uint(n uint64) {
	for ; n >= 0x80; n >>= 7 {
		w.WriteByte(byte(n) | 0x80)
	}
	w.WriteByte(byte(n))
}

func (w *recordWriter) text(s string) {
	w.uint(uint64(len(s)))
	w.WriteString(s)
}

func (w *recordWriter) time(t time.Time) {
	if t.IsZero() {
		w.uint(0)
		return
	}
	w.uint(uint64(t.UnixMilli()))
}

func (w *recordWriter) duration(d time.Duration) { w.uint(uint64(d.Milliseconds())) }

func encodeSession(key Key, s *Snapshot) string {
	var w recordWriter
	w.begin(kindSession, key, s.binarySize())
	w.session(s)
	return w.String()
}

// binarySize is about how many bytes the body of a record takes.
func (s *Snapshot) binarySize() int {
	return 64 + len(s.Subject) + len(s.Address) + len(s.UserAgent) + s.Values.size() + 4*s.Values.Len()
}

// AppendBinary appends all of s but ID, Moved, Renew, MaxToken and State, in the form that
// docs/formats.md describes. The error is always nil (encoding.BinaryAppender).
func (s *Snapshot) AppendBinary(b []byte) ([]byte, error) {
	var w recordWriter
	w.Grow(s.binarySize())
	w.WriteByte(recordFormat)
	w.time(s.Expires)
	w.session(s)
	return append(b, w.String()...), nil
}

// UnmarshalBinary reads what AppendBinary wrote into those fields of s. ErrBroken:
// it is something else, or of a newer version.
func (s *Snapshot) UnmarshalBinary(data []byte) error {
	r := recordReader{rest: string(data)}
	if format := r.bytes(1); format != string(rune(recordFormat)) {
		return fmt.Errorf("session: not a session of format %d: %w", recordFormat, ErrBroken)
	}
	s.Expires = r.time()
	return r.session(s)
}

// session writes the body of a record of kind S.
func (w *recordWriter) session(s *Snapshot) {
	w.Write(s.Handle[:])
	var flags byte
	if s.Persistent {
		flags |= flagPersistent
	}
	w.WriteByte(flags)
	w.time(s.Created)
	w.time(s.Started)
	w.time(s.Saved)
	w.duration(s.Lifetime)
	w.duration(s.Idle)
	w.time(s.Until)
	w.text(s.Subject)
	w.text(s.Address)
	w.text(s.UserAgent)
	w.uint(uint64(s.Values.Len()))
	for key, raw := range s.Values.All() {
		w.text(key)
		w.text(raw)
	}
}

// encodeMoved makes the record that takes the place of a rotated one.
func encodeMoved(key, to Key, graceEnds time.Time) string {
	var w recordWriter
	w.begin(kindMoved, key, 16+len(to))
	w.time(graceEnds)
	w.text(string(to))
	return w.String()
}

// recordReader takes Data apart. After the first error all it reads is zero.
type recordReader struct {
	rest string
	err  error
}

// openRecord checks what all kinds begin with and returns the kind.
func openRecord(key Key, data string) (kind byte, r recordReader, err error) {
	if len(data) < recordHead || len(key) < recordTag {
		return 0, r, errRecordShort
	}
	if data[0] != recordFormat {
		return 0, r, fmt.Errorf("session: record has format %d, this version reads format %d: %w", data[0], recordFormat, ErrBroken)
	}
	if data[2:recordHead] != keyTag(key) {
		return 0, r, errRecordTag
	}
	return data[1], recordReader{rest: data[recordHead:]}, nil
}

func (r *recordReader) fail() { r.rest, r.err = "", errRecordShort }

func (r *recordReader) uint() (n uint64) {
	for i := 0; i < len(r.rest) && i < binary.MaxVarintLen64; i++ {
		b := r.rest[i]
		n |= uint64(b&0x7f) << (7 * i)
		if b < 0x80 {
			r.rest = r.rest[i+1:]
			return n
		}
	}
	r.fail()
	return 0
}

func (r *recordReader) bytes(n uint64) (s string) {
	if n > uint64(len(r.rest)) {
		r.fail()
		return ""
	}
	s, r.rest = r.rest[:n], r.rest[n:]
	return s
}

func (r *recordReader) text() (s string) {
	if r.rest != "" && r.rest[0] < 0x80 && int(r.rest[0]) < len(r.rest) { // nearly all are short
		n := 1 + int(r.rest[0])
		s, r.rest = r.rest[1:n], r.rest[n:]
		return s
	}
	return r.bytes(r.uint())
}

func (r *recordReader) handle() (h Handle) {
	copy(h[:], r.bytes(uint64(len(h))))
	return h
}

func (r *recordReader) time() time.Time {
	n := r.uint()
	if n == 0 {
		return time.Time{}
	}
	if n > math.MaxInt64 {
		r.fail()
	}
	return time.UnixMilli(int64(n))
}

func (r *recordReader) duration() time.Duration {
	n := r.uint()
	if n > math.MaxInt64/uint64(time.Millisecond) {
		r.fail()
		return 0
	}
	return time.Duration(n) * time.Millisecond
}

// session reads a record of kind S into s.
func (r *recordReader) session(s *Snapshot) error {
	s.Handle = r.handle()
	flags := r.bytes(1)
	s.Persistent = flags != "" && flags[0]&flagPersistent != 0
	s.Created = r.time()
	s.Started = r.time()
	s.Saved = r.time()
	s.Lifetime = r.duration()
	s.Idle = r.duration()
	s.Until = r.time()
	s.Subject = r.text()
	s.Address = r.text()
	s.UserAgent = r.text()
	s.Values = r.values()
	return r.finish()
}

// values checks the values and leaves them packed.
func (r *recordReader) values() Values {
	values := Values{count: int(min(r.uint(), math.MaxInt32)), packed: r.rest}
	n := 0
	for ; r.rest != ""; n++ {
		_, _ = r.text(), r.text()
	}
	if n != values.count {
		r.fail()
	}
	return values
}

// moved reads a record of kind M.
func (r *recordReader) moved() (graceEnds time.Time, to Key, err error) {
	graceEnds = r.time()
	to = Key(r.text())
	return graceEnds, to, r.finish()
}

func (r *recordReader) finish() error {
	if r.err == nil && r.rest != "" {
		return errRecordShort
	}
	return r.err
}

// unknownKind is for a record that a newer version wrote.
func unknownKind(kind byte) error {
	return fmt.Errorf("session: record of unknown kind %q: %w", kind, ErrBroken)
}
