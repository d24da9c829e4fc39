package jwt_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/memstore"
)

// refreshOf returns the refresh token in a visitor's token.
func refreshOf(token string) string {
	_, refresh, _ := strings.Cut(token, "~")
	return refresh
}

// A barrier is a store whose first n loads begin together.
type barrier struct {
	*memstore.Store
	mu      sync.Mutex
	waiting int
	open    chan struct{}
}

// gather makes the next n loads wait for one another.
func (b *barrier) gather(n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.waiting, b.open = n, make(chan struct{})
}

func (b *barrier) Load(ctx context.Context, key session.Key) (session.Record, error) {
	rec, err := b.Store.Load(ctx, key)
	b.mu.Lock()
	open, last := b.open, b.waiting == 1
	b.waiting--
	waits := b.waiting >= 0
	b.mu.Unlock()
	if last {
		close(open)
	}
	if waits {
		<-open
	}
	return rec, err
}

// Requests that race with one refresh token, all of which have read it before any
// rotates it, end with one new refresh token, and nobody is signed out.
func TestMB13_RacingRefreshes(t *testing.T) {
	for _, page := range []string{"/get", "/other"} { // reading, changing
		t.Run(page, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				store := &barrier{Store: memstore.New(memstore.Options{})}
				o := options()
				o.Store = store
				race(t, shop(t, o), store, page)
			})
		})
	}
}

const racers = 5

func race(t *testing.T, s *site, store *barrier, page string) {
	v := s.visitor()
	v.ask("/set")
	old := refreshOf(v.token())
	time.Sleep(6 * time.Minute)
	store.gather(racers)
	answers := make(chan *http.Response, racers)
	for range racers {
		go func() { answers <- v.send(page) }()
	}
	fresh := map[string]bool{}
	for range racers {
		r := <-answers
		equal(t, "status", r.StatusCode, http.StatusOK)
		v.receive(r)
		fresh[refreshOf(v.token())] = true
	}
	equal(t, "new refresh tokens", len(fresh), 1)
	equal(t, "the old one is among them", fresh[old], false)
	for range 3 { // long after the grace
		time.Sleep(6 * time.Minute)
		equal(t, "value", v.ask("/get"), "v")
	}
	equal(t, "reuse events", s.happened(session.EventReusedToken), 0)
}

// A request that comes just after the rotation gets the same new token, so that a
// response that was lost signs nobody out.
func TestMB13_LostResponse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := shop(t, withStore())
		v := s.visitor()
		v.ask("/set")
		time.Sleep(6 * time.Minute)
		lost := v.thief()
		lost.ask("/get")
		time.Sleep(29 * time.Second)
		equal(t, "a change by the old token in its grace", v.ask("/other"), "")
		equal(t, "refresh token", refreshOf(v.token()), refreshOf(lost.token()))
		time.Sleep(6 * time.Minute)
		equal(t, "what the change has set", v.ask("/get-other"), "w")
	})
}

// A stolen refresh token that is used after its grace ends the session for thief and
// owner.
func TestMB13_StolenRefreshTokenEndsTheFamily(t *testing.T) {
	for _, path := range []string{"/get", "/other"} {
		synctest.Test(t, func(t *testing.T) {
			s := shop(t, withStore())
			v := s.visitor()
			v.ask("/set")
			v.ask("/login")
			thief := v.thief()
			time.Sleep(6 * time.Minute)
			equal(t, "owner", v.ask("/who"), "alice")
			time.Sleep(31 * time.Second)
			thief.ask(path)
			equal(t, "thief", thief.ask("/get"), "")
			equal(t, "reuse events", s.happened(session.EventReusedToken) > 0, true)
			time.Sleep(5 * time.Minute)
			equal(t, "owner after the theft", v.ask("/who"), "")
		})
	}
}

// A request that came with the token while that was good, and takes longer than the refresh
// and its grace, is no theft: it loses its changes, but its logout is done.
func TestMB13_LongRequestsAreNoTheft(t *testing.T) {
	for _, c := range []struct {
		what string
		do   func(*session.Session) error
		want error
		live bool
	}{
		{"reload", (*session.Session).Reload, session.ErrEnded, true},
		{"change", func(ss *session.Session) error { return errors.Join(ss.Set("k", "v"), ss.Save()) }, session.ErrEnded, true},
		{"logout", func(ss *session.Session) error { return errors.Join(ss.Logout(), ss.Save()) }, nil, false},
	} {
		t.Run(c.what, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := shop(t, withStore())
				v := s.visitor()
				v.ask("/login")
				long, err := s.m.Open(t.Context(), session.Token(v.token()))
				check(t, err)
				time.Sleep(6 * time.Minute)
				equal(t, "refreshed", v.ask("/who"), "alice")
				time.Sleep(time.Minute)
				if err := c.do(long); !errors.Is(err, c.want) {
					t.Errorf("%v, want %v", err, c.want)
				}
				time.Sleep(5 * time.Minute) // so that the record is asked
				equal(t, "live", s.live(v.token()), c.live)
				equal(t, "reuse events", s.happened(session.EventReusedToken), 0)
			})
		})
	}
}

// The thief is first: the owner's next use ends it.
func TestMB13_ThiefWhoRefreshesFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := shop(t, withStore())
		v := s.visitor()
		v.ask("/login")
		thief := v.thief()
		time.Sleep(6 * time.Minute)
		equal(t, "thief", thief.ask("/who"), "alice")
		time.Sleep(31 * time.Second)
		equal(t, "owner", v.ask("/who"), "")
		time.Sleep(5 * time.Minute)
		equal(t, "thief after the owner", thief.ask("/who"), "")
	})
}

// Changes don't put the rotation off: else a thief could live on them.
func TestMB13_ChangesDoNotDelayTheRotation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := shop(t, withStore()).visitor()
		v.ask("/set")
		old := refreshOf(v.token())
		for range 4 {
			time.Sleep(time.Minute)
			v.ask("/set")
			equal(t, "refresh token", refreshOf(v.token()), old)
		}
		time.Sleep(time.Minute)
		v.ask("/set")
		equal(t, "rotated", refreshOf(v.token()) != old, true)
	})
}

// Rotate is there to leave the old token behind: who has it may read for a while and
// never gets the new one.
func TestMB13_RotateKeepsTheNewTokenFromTheOldOnes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := shop(t, withStore())
		v := s.visitor()
		v.ask("/set")
		time.Sleep(6 * time.Minute)
		late := v.thief()
		v.ask("/rotate")
		carried := late.token()
		equal(t, "reading", late.ask("/get"), "v")
		equal(t, "changing", late.ask("/other"), http.StatusText(http.StatusConflict))
		equal(t, "token", late.token(), carried)
		time.Sleep(31 * time.Second)
		equal(t, "after the grace", late.ask("/get"), "")
	})
}

// A change that was begun before another request rotated is saved, and the newer
// cookie stays.
func TestMB13_ChangeOvertakenByRotate(t *testing.T) {
	s := shop(t, withStore())
	v := s.visitor()
	v.ask("/set")
	s.do("/slow", func(ss *session.Session) error {
		_, err := ss.Subject()
		v.ask("/rotate")
		return errors.Join(err, ss.Set("other", "w"))
	})
	slow := v.thief()
	before := slow.token()
	equal(t, "answer", slow.ask("/slow"), "")
	equal(t, "token of the slow request", slow.token(), before)
	v.ask("/flash") // is made of the record
	equal(t, "what the slow request has set", v.ask("/get-other"), "w")
}

// Login ends the refresh token at once (R3): a copy from before it is of no use for
// changes, and never shows the user.
func TestR3_LoginLeavesTheOldTokenBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := shop(t, withStore())
		v := s.visitor()
		v.ask("/set")
		fixed := v.thief()
		v.ask("/login")
		equal(t, "who the old token is", fixed.ask("/who"), "")
		equal(t, "change by the old token", fixed.ask("/other"), http.StatusText(http.StatusConflict))
		time.Sleep(6 * time.Minute)
		equal(t, "value by the old token", fixed.ask("/get"), "")
		equal(t, "who the old token is later", fixed.ask("/who"), "")
	})
}

// A JWT alone can be read by other services, and here; no more.
func TestJWTAloneIsForReading(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := shop(t, withStore())
		v := s.visitor()
		v.ask("/set")
		alone, _, _ := strings.Cut(v.token(), "~")
		v.carry(alone)
		equal(t, "reading", v.ask("/get"), "v")
		ss, err := s.m.Open(t.Context(), session.Token(alone))
		check(t, err)
		wantErr(t, "change", ss.Set("k", "w"), errors.ErrUnsupported)
		wantErr(t, "login", ss.Login("alice"), errors.ErrUnsupported)
		check(t, ss.Save())
		wantErr(t, "end", s.m.End(t.Context(), session.Token(alone)), errors.ErrUnsupported)
		check(t, ss.Reload())
		time.Sleep(5 * time.Minute)
		equal(t, "after it expired", s.live(alone), false)

		checked := shop(t, checkEvery())
		v = checked.visitor()
		v.ask("/set")
		alone, _, _ = strings.Cut(v.token(), "~")
		equal(t, "where the record must be read", checked.live(alone), false)
	})
}

// As long as the JWT is good, reading asks no store.
func TestMB14_ReadingIsFreeOfIO(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &failing{Store: memstore.New(memstore.Options{})}
		o := options()
		o.Store = store
		s := shop(t, o)
		v := s.visitor()
		v.ask("/set")
		store.err = errors.New("the store is down")
		equal(t, "reading", v.ask("/get"), "v")
		equal(t, "changing", v.ask("/other"), http.StatusText(http.StatusServiceUnavailable))
		equal(t, "leaving", v.ask("/logout"), http.StatusText(http.StatusServiceUnavailable))
		time.Sleep(5 * time.Minute)
		equal(t, "reading after it expired", v.ask("/get"), http.StatusText(http.StatusServiceUnavailable))
		store.err = nil
		equal(t, "when the store is back", v.ask("/get"), "v")
	})
}

// A failing store fails every load while it has an err.
type failing struct {
	*memstore.Store
	err error
}

func (f *failing) Load(ctx context.Context, key session.Key) (session.Record, error) {
	if f.err != nil {
		return session.Record{}, f.err
	}
	return f.Store.Load(ctx, key)
}

// A state that the store only remembers is read, and changes nothing.
func TestLastKnownState(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &remembering{Store: memstore.New(memstore.Options{})}
		o := options()
		o.Store = store
		s := shop(t, o)
		v := s.visitor()
		v.ask("/set")
		time.Sleep(5 * time.Minute)
		carried := v.token()
		store.outage = true
		var sn session.Snapshot
		wantErr(t, "open", s.engine.Open(t.Context(), carried, &sn), session.ErrLastKnown)
		equal(t, "renewal is asked for", sn.Renew, false)
		_, ok := sn.Values.Get("k")
		equal(t, "value is there", ok, true)
	})
}

// A remembering store has only what it remembers in an outage.
type remembering struct {
	*memstore.Store
	outage bool
}

func (r *remembering) Load(ctx context.Context, key session.Key) (session.Record, error) {
	rec, err := r.Store.Load(ctx, key)
	if err == nil && r.outage {
		err = session.ErrLastKnown
	}
	return rec, err
}

func TestR14_StoreHoldsNoToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := memstore.New(memstore.Options{})
		o := options()
		o.Store = store
		v := shop(t, o).visitor()
		v.ask("/set")
		tokens := []string{v.token()}
		for range 2 {
			time.Sleep(6 * time.Minute)
			v.ask("/get")
			tokens = append(tokens, v.token())
		}
		page, _, err := store.List(t.Context(), "", 100)
		check(t, err)
		equal(t, "records", len(page), 3)
		for _, entry := range page {
			for _, token := range tokens {
				text, refresh, _ := strings.Cut(token, "~")
				if dump := string(entry.Key) + entry.Record.Data; strings.Contains(dump, refresh) || strings.Contains(dump, text) {
					t.Error("the store holds a token")
				}
			}
		}
	})
}
