package djangosigning

import (
	"errors"
	"math"
	"testing"
	"time"
)

func TestAges(t *testing.T) {
	token := timed(t, testKey, Options{}).Seal([]byte("x"))
	for _, c := range []struct {
		age, max time.Duration
		ok       bool
	}{
		{0, 0, true}, {1, 0, false}, {time.Second, time.Second, true},
		{1001 * time.Millisecond, time.Second, false}, // to the clock's precision, unlike itsdangerous
		{-time.Hour, 0, true},                         // the future is accepted
		{-time.Second, -2 * time.Second, false},
		{200 * 365 * 24 * time.Hour, math.MaxInt64, true},
	} {
		s := timed(t, testKey, Options{Now: clock(at.Add(c.age))})
		var v any
		_, _, err := s.OpenWithin(token, c.max)
		_, err2 := s.LoadsWithin(token, c.max, &v)
		if (err == nil) != c.ok || errors.Is(err2, ErrBadSignature) == c.ok {
			t.Errorf("age %v of %v: %v, %v", c.age, c.max, err, err2)
		}
		var expired *ExpiredError
		if err != nil && (!errors.As(err, &expired) || !expired.SignedAt.Equal(at) || expired.Age != c.age || expired.MaxAge != c.max || !errors.Is(err, ErrBadSignature)) {
			t.Errorf("age %v of %v: %v", c.age, c.max, err)
		}
		if _, _, err := s.Open(token); err != nil {
			t.Errorf("age %v without a limit: %v", c.age, err)
		}
	}
}

// Far away, neither the time nor the age wraps around.
func TestFarTimes(t *testing.T) {
	for _, sec := range []int64{-furthest, math.MinInt32, -62, -1, 0, 1, 61, 62, math.MaxUint32, 253402300800, furthest} {
		then := time.Unix(sec, 0)
		s := timed(t, testKey, Options{})
		token := s.SealAt([]byte("x"), then)
		if data, got, err := s.Open(token); err != nil || !got.Equal(then) || string(data) != "x" {
			t.Errorf("%d: %s at %v, %v", sec, data, got, err)
		}
		if _, _, err := s.OpenWithin(token, time.Hour); (err == nil) != (sec > at.Unix()) {
			t.Errorf("%d: %v", sec, err)
		}
	}
	s := timed(t, testKey, Options{})
	for _, text := range []string{"e30", "e30:", "e30:!", "e30:zzzzzzzzzzzzzzzz", "e30:AzL8n0Y58m7", "e30:" + string(appendBase62(nil, furthest+1)), "e30:1-"} {
		if _, _, err := s.Open(s.s.Sign(text)); !errors.Is(err, ErrBadTime) || !errors.Is(err, ErrBadSignature) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// What b62_encode and b62_decode of Django 5.2 give.
func TestBase62(t *testing.T) {
	for n, s := range map[int64]string{
		0: "0", 1: "1", 10: "A", 36: "a", 61: "z", 62: "10", -1: "-1", -62: "-10", 1700000000: "1r31eq",
		math.MaxInt64: "AzL8n0Y58m7", -math.MaxInt64: "-AzL8n0Y58m7",
	} {
		if got := string(appendBase62(nil, n)); got != s {
			t.Errorf("%d: %s", n, got)
		}
		if got, ok := parseBase62(s); !ok || got != n {
			t.Errorf("%s: %d, %v", s, got, ok)
		}
	}
	for s, n := range map[string]int64{"-": 0, "-0": 0, "00": 0, "01": 1} {
		if got, ok := parseBase62(s); !ok || got != n {
			t.Errorf("%s: %d, %v", s, got, ok)
		}
	}
	for _, s := range []string{"", "--1", "+1", " 1", "_", "AzL8n0Y58m8", "zzzzzzzzzzzz"} {
		if n, ok := parseBase62(s); ok {
			t.Errorf("%q is %d", s, n)
		}
	}
}
