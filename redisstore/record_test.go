package redisstore

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
)

// The bytes are what they were: other processes, and older versions, read them too.
func TestFormat(t *testing.T) {
	rec := session.Record{Data: "data", Subject: "alice", Expires: time.UnixMilli(0x0102030405060708)}
	got, err := encode(rec, 0x1112131415161718)
	if err != nil {
		t.Fatal(err)
	}
	const want = "\x01" + "\x11\x12\x13\x14\x15\x16\x17\x18" + "\x01\x02\x03\x04\x05\x06\x07\x08" + "\x05alice" + "data"
	if got != want {
		t.Errorf("%x, want %x", got, want)
	}
	if back, err := decode(got); err != nil || back.Data != rec.Data || back.Subject != rec.Subject ||
		!back.Expires.Equal(rec.Expires) || back.Version != 0x1112131415161718 {
		t.Errorf("decode: %v", err)
	}
}

// The longest subject has a length of one byte; a longer one is refused.
func TestLongSubject(t *testing.T) {
	rec := session.Record{Data: "data", Subject: strings.Repeat("s", maxSubject), Expires: time.Now().Add(time.Hour)}
	value, err := encode(rec, 1)
	if err != nil {
		t.Fatal(err)
	}
	if back, err := decode(value); err != nil || back.Subject != rec.Subject || back.Data != rec.Data {
		t.Errorf("decode: %v", err)
	}
	rec.Subject += "s"
	if _, err := encode(rec, 1); !errors.Is(err, errSubject) {
		t.Errorf("encode: %v, want %v", err, errSubject)
	}
}

// What can't be read is broken, and what is over is gone.
func TestDecode(t *testing.T) {
	sound, err := encode(session.Record{Subject: "alice", Expires: time.Now().Add(time.Hour)}, 1)
	if err != nil {
		t.Fatal(err)
	}
	over, err := encode(session.Record{Subject: "alice", Expires: time.Now()}, 1)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		value string
		want  error
	}{
		"sound":            {sound, nil},
		"over":             {over, session.ErrNotFound},
		"empty":            {"", session.ErrBroken},
		"half a head":      {sound[:headBytes-1], session.ErrBroken},
		"half a subject":   {sound[:headBytes+2], session.ErrBroken},
		"a newer format":   {"\x02" + sound[1:], session.ErrBroken},
		"over and damaged": {over[:headBytes+2], session.ErrBroken},
	} {
		if _, err := decode(c.value); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

// Whatever is read is read without harm, and what is live comes back as it was.
func FuzzDecode(f *testing.F) {
	for _, subject := range []string{"", "alice", strings.Repeat("s", maxSubject)} {
		value, err := encode(session.Record{Data: "data", Subject: subject, Expires: time.Now().Add(100 * 365 * 24 * time.Hour)}, 7)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(value)
		f.Add(value[:len(value)/2])
	}
	f.Fuzz(func(t *testing.T, value string) {
		rec, err := decode(value)
		if err != nil {
			return
		}
		if back, err := encode(rec, rec.Version); err != nil || back != value {
			t.Errorf("encode: %x (%v), want %x", back, err, value)
		}
	})
}

// A time to live never ends early.
func TestMilliseconds(t *testing.T) {
	for d, want := range map[time.Duration]int64{
		-time.Hour: 0, -1: 0, 0: 0, 1: 1, time.Millisecond: 1, time.Millisecond + 1: 2, time.Second: 1000,
	} {
		if got := milliseconds(d); got != want {
			t.Errorf("%v: %d, want %d", d, got, want)
		}
	}
}

// A pattern made of a prefix stands for that prefix alone.
func TestGlob(t *testing.T) {
	if got, want := glob.Replace(`a*b?c[d]e\f`), `a\*b\?c\[d\]e\\f`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
