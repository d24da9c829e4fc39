package traffic

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/memstore"
)

func newVisitors(t *testing.T, n int) *Visitors {
	t.Helper()
	m, err := session.New(session.Config{Store: memstore.New(memstore.Options{})})
	if err != nil {
		t.Fatal(err)
	}
	v := New(m, n)
	for i := range n {
		if err := v.Add(t.Context(), i, "somebody"); err != nil {
			t.Fatal(err)
		}
	}
	return v
}

// Requests come with and without the sweep until it has ended, and what they have
// written is there.
func TestCompare(t *testing.T) {
	v := newVisitors(t, 10)
	turns := 0
	c, err := v.Compare(t.Context(), Turns{Rate: 500, Alone: 30 * time.Millisecond, Beside: 30 * time.Millisecond},
		func(turn time.Duration) (bool, error) {
			time.Sleep(turn)
			turns++
			return turns == 2, nil
		})
	if err != nil {
		t.Fatal(err)
	}
	if turns != 2 || !c.Ended || c.Swept < 60*time.Millisecond || len(c.Alone.reads) == 0 || len(c.Beside.writes) == 0 {
		t.Errorf("%d turns; swept for %v; alone %d reads, beside %d writes", turns, c.Swept, len(c.Alone.reads), len(c.Beside.writes))
	}
	if err := v.Check(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestCompareEndsAtTheLimit(t *testing.T) {
	v := newVisitors(t, 1)
	c, err := v.Compare(t.Context(), Turns{Rate: 100, Alone: time.Millisecond, Beside: time.Millisecond, Limit: 1},
		func(time.Duration) (bool, error) { return false, nil })
	if err != nil || c.Ended {
		t.Errorf("ended %v, error %v", c.Ended, err)
	}
}

func TestSweepersErrorIsTold(t *testing.T) {
	broken := errors.New("broken")
	_, err := newVisitors(t, 1).Compare(t.Context(), Turns{Rate: 100, Alone: time.Millisecond},
		func(time.Duration) (bool, error) { return false, broken })
	if !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
}

// A session that is gone, and a change that was lost, are found.
func TestCheckFindsFaults(t *testing.T) {
	for name, harm := range map[string]func(*Visitors) error{
		"a change is lost":   func(v *Visitors) error { v.counts[7].Add(1); return nil },
		"a session has gone": func(v *Visitors) error { return v.manager.End(t.Context(), v.tokens[7]) },
	} {
		v := newVisitors(t, 10)
		if err := v.one(t.Context(), 7, true); err != nil {
			t.Fatal(err)
		}
		if err := v.Check(t.Context()); err != nil {
			t.Errorf("nothing is wrong yet: %v", err)
		}
		if err := harm(v); err != nil {
			t.Fatal(err)
		}
		if err := v.Check(t.Context()); err == nil {
			t.Errorf("%s, and nobody notices", name)
		}
	}
}

func TestMakeUntil(t *testing.T) {
	v := newVisitors(t, 1)
	until := time.Now().Add(10 * time.Minute)
	if _, err := Make(t.Context(), v.manager, "another", until); err != nil {
		t.Fatal(err)
	}
	infos, err := v.manager.Sessions(t.Context(), "another")
	if err != nil || len(infos) != 1 || infos[0].Expires.Sub(until).Abs() > time.Minute {
		t.Errorf("%v (%v), want one until %v", infos, err, until)
	}
}

func TestTable(t *testing.T) {
	var c Comparison
	for i := range 100 {
		c.Alone.add(i%writeEvery == 0, time.Duration(i+1)*time.Millisecond, nil)
		c.Beside.add(i%writeEvery == 0, time.Duration(2*i+2)*time.Millisecond, nil)
	}
	got := c.Table("beside the sweep")
	for _, want := range []string{"| beside the sweep | 100 | 102.00 ms |", "| alone | 100 | 51.00 ms | 100.00 ms |", "**2.0**"} {
		if strings.Count(got, want) != 1 {
			t.Errorf("%q is not there once:\n%s", want, got)
		}
	}
}
