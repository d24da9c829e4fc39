package memcachestore

import (
	"errors"
	"io"
	"math"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bradfitz/gomemcache/memcache"

	"github.com/coatcheck-go/session"
)

func TestNewRefuses(t *testing.T) {
	client := memcache.New()
	for _, test := range []struct {
		client *memcache.Client
		prefix string
		want   error
	}{
		{nil, "", errNoClient},
		{client, "two words", errPrefix},
		{client, "line\n", errPrefix},
		{client, "é", errPrefix},
		{client, strings.Repeat("p", maxPrefix+1), errPrefix},
		{client, strings.Repeat("p", maxPrefix), nil},
		{client, "app:", nil},
		{client, "", nil},
	} {
		_, err := New(test.client, Options{Prefix: test.prefix})
		_, kvErr := NewKV(test.client, Options{Prefix: test.prefix})
		if !errors.Is(err, test.want) || !errors.Is(kvErr, test.want) {
			t.Errorf("prefix %q: %v, %v, want %v", test.prefix, err, kvErr, test.want)
		}
	}
}

func TestNoServers(t *testing.T) {
	store, err := New(memcache.New(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := store.Load(t.Context(), "key"); !errors.Is(err, memcache.ErrNoServers) {
		t.Errorf("Load: %v", err)
	}
}

func TestExpiration(t *testing.T) {
	const day = 24 * time.Hour
	synctest.Test(t, func(t *testing.T) { // the year 2000
		now := time.Now().Unix()
		for _, test := range []struct {
			ttl  time.Duration
			want int64
		}{
			{-time.Hour, over},
			{0, over},
			{1, 2},
			{time.Second, 2},
			{time.Second + 1, 3},
			{30*day - time.Second, month},
			{30 * day, now + month + 2},
			{400 * day, now + 400*24*60*60 + 2},
			{100 * 365 * day, never},
			{math.MaxInt64, never},
		} {
			if got := expiration(test.ttl); int64(got) != test.want {
				t.Errorf("%v: %d, want %d", test.ttl, got, test.want)
			}
		}
	})
}

func TestRecordComesBack(t *testing.T) {
	expires := time.Now().Add(time.Hour).Truncate(time.Millisecond)
	for _, rec := range []session.Record{
		{Expires: expires},
		{Data: "data", Subject: "alice", Expires: expires, Version: 1},
		{Data: "\x00\xff", Subject: strings.Repeat("s", 255), Expires: expires, Version: math.MaxUint64},
	} {
		value := encode(rec)
		got, err := decode(value)
		if err != nil || got.Data != rec.Data || got.Subject != rec.Subject || got.Version != rec.Version || !got.Expires.Equal(rec.Expires) {
			t.Errorf("another record of %d bytes (%v)", len(value), err)
		}
	}
}

func TestRecordThatIsDead(t *testing.T) {
	if _, err := decode(encode(session.Record{Expires: time.Now()})); !errors.Is(err, session.ErrNotFound) {
		t.Errorf("error %v", err)
	}
}

func TestRecordThatIsBroken(t *testing.T) {
	sound := string(encode(session.Record{Subject: "alice", Expires: time.Now().Add(time.Hour)}))
	for _, value := range []string{
		"",
		"\x02" + sound[1:],
		sound[:headerLen-1],
		sound[:headerLen],
		sound[:len(sound)-1],
		sound[:headerLen] + strings.Repeat("\xff", 11),
	} {
		if _, err := decode([]byte(value)); !errors.Is(err, session.ErrBroken) {
			t.Errorf("%d bytes: error %v", len(value), err)
		}
	}
}

// What the client says of a reply may hold a session; it is not passed on.
func TestTranslate(t *testing.T) {
	errNetwork := errors.New("dial: no route")
	for _, test := range []struct{ err, want error }{
		{nil, nil},
		{memcache.ErrCacheMiss, session.ErrNotFound},
		{memcache.ErrNotStored, session.ErrConflict},
		{memcache.ErrCASConflict, session.ErrConflict},
		{io.EOF, io.EOF},
		{errNetwork, errNetwork},
		{errors.New(`memcache: unexpected response line from "cas": "SERVER_ERROR object too large for cache\r\n"`), errTooLarge},
		{errors.New(`memcache: unexpected response line from "add": "SERVER_ERROR out of memory storing object\r\n"`), errMemory},
		{errors.New(`memcache: unexpected line in get response: "ERROR Too many open connections\r\n"`), errTooMany},
		{errors.New(`memcache: unexpected line in get response: "VALUE secret"`), errReply},
	} {
		if got := translate(test.err); !errors.Is(got, test.want) {
			t.Errorf("%v: %v, want %v", test.err, got, test.want)
		}
	}
}
