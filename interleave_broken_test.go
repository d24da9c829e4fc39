package session_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/internal/schedstore"
)

// The stores below are broken on purpose, each in a way that real ones are. They
// show that the rules are checked: every one breaks the rule it says.

// upserting saves whatever is there by now.
type upserting struct{ schedstore.Inner }

func (s upserting) Update(ctx context.Context, key session.Key, old, rec session.Record) (uint64, error) {
	version, err := s.Inner.Update(ctx, key, old, rec)
	if err == nil {
		return version, nil
	}
	return s.force(ctx, key, rec)
}

func (s upserting) force(ctx context.Context, key session.Key, rec session.Record) (uint64, error) {
	if err := s.Delete(ctx, key); err != nil {
		return 0, err
	}
	return s.Create(ctx, key, rec)
}

// reviving makes a record again that it is to touch.
type reviving struct{ schedstore.Inner }

func (s reviving) Touch(ctx context.Context, key session.Key, old session.Record, expires time.Time) error {
	err := s.Inner.Touch(ctx, key, old, expires)
	if errors.Is(err, session.ErrNotFound) {
		old.Expires = expires
		_, err = s.Create(ctx, key, old)
	}
	return err
}

// careless replaces whatever is there by now, if anything.
type careless struct{ schedstore.Inner }

func (s careless) Replace(ctx context.Context, key session.Key, _, rec session.Record, newKey session.Key, newRec session.Record) (uint64, error) {
	if _, err := (upserting{s.Inner}).force(ctx, key, rec); err != nil {
		return 0, err
	}
	return s.Create(ctx, newKey, newRec)
}

// littering doesn't take the new record back when the old one is gone.
type littering struct{ schedstore.Inner }

func (s littering) Replace(ctx context.Context, key session.Key, old, rec session.Record, newKey session.Key, newRec session.Record) (uint64, error) {
	version, err := s.Create(ctx, newKey, newRec)
	if err == nil {
		_, err = s.Update(ctx, key, old, rec)
	}
	return version, err
}

// forgetful says that it has saved what it dropped.
type forgetful struct{ schedstore.Inner }

func (s forgetful) Update(ctx context.Context, key session.Key, old, rec session.Record) (uint64, error) {
	version, err := s.Inner.Update(ctx, key, old, rec)
	if errors.Is(err, session.ErrConflict) || errors.Is(err, session.ErrNotFound) {
		return old.Version, nil
	}
	return version, err
}

// lying ends nothing by subject.
type lying struct{ schedstore.Inner }

func (lying) DeleteBySubject(context.Context, string, ...session.Key) (int, error) { return 0, nil }

// refusing takes two requests for one session for a conflict that never ends.
type refusing struct{ schedstore.Inner }

func (s refusing) Update(ctx context.Context, key session.Key, old, rec session.Record) (uint64, error) {
	version, err := s.Inner.Update(ctx, key, old, rec)
	if errors.Is(err, session.ErrConflict) {
		err = session.ErrNotFound
	}
	return version, err
}

// moving lets a rotated token lead to the session for ever.
type moving struct{ schedstore.Inner }

func (s moving) Replace(ctx context.Context, key session.Key, old, rec session.Record, newKey session.Key, newRec session.Record) (uint64, error) {
	version, err := s.Inner.Replace(ctx, key, old, rec, newKey, newRec)
	if err == nil {
		_, err = upserting{s.Inner}.force(ctx, key, old)
	}
	return version, err
}

func TestInterleaveFindsFaults(t *testing.T) {
	for _, test := range []struct {
		name   string
		breaks func(schedstore.Inner) schedstore.Inner
		kinds  []kind
		rule   string
	}{
		{name: "no fault", breaks: func(s schedstore.Inner) schedstore.Inner { return s }, kinds: []kind{kindWriteA, kindLogout}},
		{name: "an Update that upserts revives", breaks: func(s schedstore.Inner) schedstore.Inner { return upserting{s} }, kinds: []kind{kindWriteA, kindLogout}, rule: "I1"},
		{name: "an Update that upserts loses", breaks: func(s schedstore.Inner) schedstore.Inner { return upserting{s} }, kinds: []kind{kindWriteA, kindWriteB}, rule: "I2"},
		{name: "an Update that upserts loses counts", breaks: func(s schedstore.Inner) schedstore.Inner { return upserting{s} }, kinds: []kind{kindIncrement, kindIncrement}, rule: "I2"},
		{name: "an Update that upserts loses messages", breaks: func(s schedstore.Inner) schedstore.Inner { return upserting{s} }, kinds: []kind{kindFlashAdd, kindFlashRead}, rule: "I2"},
		{name: "a Touch that revives", breaks: func(s schedstore.Inner) schedstore.Inner { return reviving{s} }, kinds: []kind{kindReadTouch, kindEndAll}, rule: "I1"},
		{name: "a rotation that revives", breaks: func(s schedstore.Inner) schedstore.Inner { return careless{s} }, kinds: []kind{kindRotate, kindLogout}, rule: "I1"},
		{name: "a login that revives", breaks: func(s schedstore.Inner) schedstore.Inner { return careless{s} }, kinds: []kind{kindLogin, kindEndHandle}, rule: "I1"},
		{name: "rotations that part", breaks: func(s schedstore.Inner) schedstore.Inner { return careless{s} }, kinds: []kind{kindRotate, kindRotate}, rule: "I5"},
		{name: "a record nobody has a token of", breaks: func(s schedstore.Inner) schedstore.Inner { return littering{s} }, kinds: []kind{kindLoginOther, kindLogout}, rule: "I5"},
		{name: "an answer that isn't true", breaks: func(s schedstore.Inner) schedstore.Inner { return forgetful{s} }, kinds: []kind{kindIncrement, kindWriteA}, rule: "I2"},
		{name: "a logout that isn't true", breaks: func(s schedstore.Inner) schedstore.Inner { return forgetful{s} }, kinds: []kind{kindLogout, kindWriteA}, rule: "I1"},
		{name: "an end that isn't true", breaks: func(s schedstore.Inner) schedstore.Inner { return lying{s} }, kinds: []kind{kindRead, kindEndOthers}, rule: "I1"},
		{name: "a refusal for no reason", breaks: func(s schedstore.Inner) schedstore.Inner { return refusing{s} }, kinds: []kind{kindWriteA, kindWriteB}, rule: "I3"},
		{name: "a rotation that leaves the old one", breaks: func(s schedstore.Inner) schedstore.Inner { return moving{s} }, kinds: []kind{kindRead, kindRotate}, rule: "I6"},
	} {
		synctest.Test(t, func(t *testing.T) {
			v := variant{grace: grace, inner: func() schedstore.Inner { return test.breaks(correct()) }}
			_, err := v.explore(t, schedstore.All, test.kinds)
			if test.rule == "" && err == nil {
				return
			}
			if err == nil || !strings.Contains(err.Error(), test.rule+": ") {
				t.Errorf("%s: want a fault against %s, got: %v", test.name, test.rule, err)
			}
			t.Logf("%s: %v", test.name, err)
		})
	}
}
