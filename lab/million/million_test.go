package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/coatcheck-go/session/lab/internal/traffic"
)

func small() settings {
	return settings{
		sessions: 2000, asked: 20, rate: 200, turn: 200 * time.Millisecond, limit: 20 * time.Second, margin: time.Second,
	}
}

var places = map[string]func(context.Context) (place, error){"redis": openRedis, "postgres": openPostgres}

// The whole of it, small: what should live does, and what has expired is gone.
func TestMeasure(t *testing.T) {
	for name, open := range places {
		t.Run(name, func(t *testing.T) {
			s := small()
			r, err := measure(t.Context(), s, open)
			if err != nil {
				t.Fatal(err)
			}
			if len(r.list) != s.asked || len(r.ends) != s.asked {
				t.Errorf("%d users listed, %d ended, want %d", len(r.list), len(r.ends), s.asked)
			}
			if !r.requests.Ended || r.bytes < float64(r.record) {
				t.Errorf("ended: %v; %.0f bytes a session with %d of data", r.requests.Ended, r.bytes, r.record)
			}
			if strings.Contains(name, "redis") != strings.Contains(r.notes, "keys expired") {
				t.Errorf("notes: %q", r.notes)
			}
		})
	}
}

// What is missing or over in the end is noticed.
func TestCheck(t *testing.T) {
	for name, open := range places {
		t.Run(name, func(t *testing.T) {
			p, err := open(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer func() {
				if err := p.close(); err != nil {
					t.Error(err)
				}
			}()
			s := small()
			site, err := newSite(s, p)
			if err != nil {
				t.Fatal(err)
			}
			if err := site.makeLive(t.Context()); err != nil {
				t.Fatal(err)
			}
			r := &result{requests: &traffic.Comparison{}}
			if err := site.check(t.Context(), r); err != nil || r.over != s.asked {
				t.Errorf("%d are over (%v), want %d", r.over, err, s.asked)
			}
			r.requests.Ended = true
			if err := site.check(t.Context(), r); err == nil {
				t.Error("all should be gone, and nobody notices those that aren't")
			}
			for _, i := range append(site.leaving, site.staying[0]) {
				if _, err := site.manager.EndAll(t.Context(), user(i)); err != nil {
					t.Fatal(err)
				}
			}
			if err := site.check(t.Context(), r); err == nil || r.over != -1 {
				t.Errorf("one is missing, and nobody notices: %v", err)
			}
		})
	}
}

// Sessions that have expired before the users could be asked are no result.
func TestTooSlow(t *testing.T) {
	s := small()
	site, err := newSite(s, &redisPlace{})
	if err != nil {
		t.Fatal(err)
	}
	if err := site.expire(t.Context(), time.Now(), &result{}); !errors.Is(err, errSlow) {
		t.Errorf("%v, want %v", err, errSlow)
	}
}

func TestEach(t *testing.T) {
	seen := make([]int, 100)
	if err := each(len(seen), 7, func(i int) error { seen[i]++; return nil }); err != nil {
		t.Error(err)
	}
	for i, n := range seen {
		if n != 1 {
			t.Errorf("%d: %d times", i, n)
		}
	}
	broken := errors.New("broken")
	if err := each(100, 7, func(int) error { return broken }); !errors.Is(err, broken) {
		t.Errorf("%v, want %v", err, broken)
	}
}

func TestThinned(t *testing.T) {
	for n, want := range map[int]int{1: 1, 2: 2, 9: 9, 100: 10} {
		all := make([]moment, n)
		for i := range all {
			all[i].gone = int64(i)
		}
		few := thinned(all)
		if len(few) != want || few[len(few)-1].gone != int64(n-1) {
			t.Errorf("of %d: %d, the last is number %d", n, len(few), few[len(few)-1].gone)
		}
	}
}

func TestReport(t *testing.T) {
	s := small()
	quick, slow := times{time.Millisecond, 3 * time.Millisecond, 9 * time.Millisecond}, times{5 * time.Millisecond}
	text := report(s, []*result{
		{name: "One", record: 150, bytes: 300, list: quick, ends: slow, requests: &traffic.Comparison{Ended: true}},
		{name: "Two", list: slow, ends: quick, requests: &traffic.Comparison{}, over: 7, notes: "seen\n"},
	})
	for _, want := range []string{
		"2000 sessions of 200 users, 150 bytes", "| One | 300 bytes | 3.00 ms | 9.00 ms | met | 5.00 ms | 5.00 ms | **missed** |",
		"That took 0 s.", "7 were left", "seen\n",
	} {
		if strings.Count(text, want) != 1 {
			t.Errorf("%q isn't there once:\n%s", want, text)
		}
	}
}

// The documentation has a place for the result.
func TestPlaceInTheDocumentation(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "operations.md"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), "<!-- written by lab/million -->\n") {
		t.Error("it hasn't")
	}
}
