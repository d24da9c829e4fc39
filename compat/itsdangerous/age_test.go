package itsdangerous

import (
	"errors"
	"math"
	"testing"
	"time"
)

func TestAges(t *testing.T) {
	token := timed(t, Options{}).Seal([]byte("x"))
	for _, c := range []struct {
		age, max time.Duration
		ok       bool
	}{
		{0, 0, true}, {time.Second, 0, false}, {time.Second, time.Second, true},
		{1999 * time.Millisecond, time.Second, true}, // 1 second by the original's clock
		{2 * time.Second, 1500 * time.Millisecond, false},
		{time.Second, 1500 * time.Millisecond, true},
		{-time.Millisecond, time.Hour, false}, {-time.Second, time.Hour, false},
		{0, -time.Millisecond, false}, {0, -time.Second, false},
		{200 * 365 * 24 * time.Hour, math.MaxInt64, true},
	} {
		u := timed(t, Options{Now: clock(at.Add(c.age))})
		_, _, err := u.OpenWithin(token, c.max)
		if (err == nil) != c.ok {
			t.Errorf("age %v of %v: %v", c.age, c.max, err)
		}
		if err != nil {
			checkExpired(t, err, c.max)
		}
		if _, _, err := u.Open(token); err != nil {
			t.Errorf("age %v without a limit: %v", c.age, err)
		}
	}
}

func checkExpired(t *testing.T, err error, limit time.Duration) {
	t.Helper()
	var expired *ExpiredError
	if !errors.As(err, &expired) || !expired.SignedAt.Equal(at) || expired.MaxAge != limit {
		t.Errorf("not an ExpiredError with its date: %v", err)
	}
	if !errors.Is(err, ErrBadTime) || !errors.Is(err, ErrBadSignature) || errors.Is(err, ErrBadPayload) {
		t.Errorf("not in the original's order: %v", err)
	}
	safe(t, err)
}

func TestExpiredTellsItsAge(t *testing.T) {
	token := timed(t, Options{}).Seal(nil)
	for age, text := range map[time.Duration]string{
		90 * time.Second: "itsdangerous: signature expired: age 1m30s, allowed 1m0s",
		-2 * time.Second: "itsdangerous: signed in the future, by 2s",
	} {
		_, _, err := timed(t, Options{Now: clock(at.Add(age))}).OpenWithin(token, time.Minute)
		var expired *ExpiredError
		if !errors.As(err, &expired) || expired.Age != age || err.Error() != text {
			t.Errorf("%v", err)
		}
	}
}

// Far away, neither the time nor the age wraps around.
func TestFarTimes(t *testing.T) {
	for _, sec := range []int64{0, 1, 255, 256, math.MaxInt32, math.MaxUint32, math.MaxUint32 + 1, lastSecond} {
		then := time.Unix(sec, 0)
		u := timed(t, Options{Now: clock(then)})
		data, got, err := u.OpenWithin(u.Seal([]byte("x")), 0)
		if err != nil || !got.Equal(then) || string(data) != "x" {
			t.Errorf("%d: %s at %v, %v", sec, data, got, err)
		}
		_, _, err = timed(t, Options{Now: clock(time.Unix(math.MaxInt32, 0))}).OpenWithin(u.Seal(nil), math.MaxInt64)
		if future := sec > math.MaxInt32; future != errors.Is(err, ErrBadTime) {
			t.Errorf("%d: %v", sec, err)
		}
	}
	u := timed(t, Options{})
	if _, got, err := u.Open(u.SealAt(nil, time.Unix(-5, 0))); err != nil || got.Unix() != 0 {
		t.Errorf("before 1970: %v, %v", got, err)
	}
	if _, _, err := u.Open(u.SealAt(nil, time.Unix(lastSecond+1, 0))); !errors.Is(err, ErrBadTime) {
		t.Errorf("in the year 10000: %v", err)
	}
}

// A time that is signed and isn't one.
func TestBadTimes(t *testing.T) {
	u := timed(t, Options{})
	for _, text := range []string{"e30", "e30.A", "e30.____________", "e30.fwAAAAAAAAA", "e30._____________w"} {
		_, _, err := u.Open(u.s.Sign(text))
		if !errors.Is(err, ErrBadTime) || !errors.Is(err, ErrBadSignature) {
			t.Errorf("%s: %v", text, err)
		}
	}
	if _, got, err := u.Open(u.s.Sign("e30.AAAAAGVT8QA")); err != nil || !got.Equal(at) {
		t.Errorf("zeros in front: %v, %v", got, err)
	}
}

func TestTimestampSigner(t *testing.T) {
	s := must[*TimestampSigner](t)(NewTimestampSigner([]string{testKey}, Options{Now: clock(at)}))
	signed := s.Sign("a.b")
	if got, when, err := s.UnsignWithin(signed, 0); err != nil || got != "a.b" || !when.Equal(at) {
		t.Errorf("%s at %v, %v", got, when, err)
	}
	if _, _, err := s.UnsignWithin(s.SignAt("a", at.Add(-2*time.Second)), time.Second); !errors.Is(err, ErrBadTime) {
		t.Errorf("dated back: %v", err)
	}
}
