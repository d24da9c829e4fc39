package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coatcheck-go/session"
)

// fill puts live and expired sessions in a store, one expired at least, and waits
// until those have expired.
func fill(t *testing.T, url string, live, expired int) {
	t.Helper()
	b, err := openStore(t.Context(), url, want{create: true})
	if err != nil {
		t.Fatal(err)
	}
	defer b.close()
	soon := time.Now().Add(time.Second) // all must be written by then, on a busy disk too
	for i := range live + expired {
		rec := session.Record{Data: "x", Expires: soon}
		if i < live {
			rec.Expires = soon.Add(time.Hour)
		}
		if _, err := b.store.Create(t.Context(), testKey(i), rec); err != nil {
			t.Fatal(err)
		}
	}
	for {
		_, err := b.store.Load(t.Context(), testKey(live+expired-1))
		if errors.Is(err, session.ErrNotFound) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func testKey(i int) session.Key { return session.Key(fmt.Sprintf("%032d", i)) }

func TestSweep(t *testing.T) {
	for _, scheme := range []string{"sqlite", "file"} {
		t.Run(scheme, func(t *testing.T) {
			url := scheme + ":" + filepath.Join(t.TempDir(), "store")
			fill(t, url, 2, 7)
			for _, want := range []string{"Deleted 7 expired sessions in ", "Deleted 0 expired sessions in "} {
				code, out, errs := coatcheck(t, "sweep", "--store", url, "--batch", "3")
				if code != 0 || !strings.HasPrefix(out, want) || errs != "" {
					t.Errorf("code %d, %s%s, want %q", code, out, errs, want)
				}
			}
			b, err := openStore(t.Context(), url, want{})
			if err != nil {
				t.Fatal(err)
			}
			defer b.close()
			for i := range 2 {
				if _, err := b.store.Load(t.Context(), testKey(i)); err != nil {
					t.Errorf("a live session: %v", err)
				}
			}
		})
	}
}

func TestSweepEveryGoesOnUntilStopped(t *testing.T) {
	url := "sqlite:" + filepath.Join(t.TempDir(), "store")
	fill(t, url, 0, 1)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	out, in := io.Pipe()
	code := make(chan int, 1)
	go func() { code <- run(ctx, []string{"coatcheck", "sweep", "--store", url, "--every", "1s"}, in, in) }()
	lines := bufio.NewScanner(out)
	for _, want := range []string{"Deleted 1 expired session in ", "Deleted 0 expired sessions in "} {
		if !lines.Scan() || !strings.HasPrefix(lines.Text(), want) {
			t.Errorf("%q, want %q", lines.Text(), want)
		}
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
	cancel()
	if c := <-code; c != 0 {
		t.Errorf("code %d", c)
	}
}

// A slowStore has more to sweep than anybody waits for, and takes its time.
type slowStore struct {
	session.Sweeper
	fail error
}

func (s slowStore) Sweep(ctx context.Context, limit int) (int, error) {
	select {
	case <-time.After(3 * time.Second):
		return limit, s.fail
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

func TestLongSweepSaysThatItIsAlive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		var out bytes.Buffer
		err := sweep{batch: 10, out: &out}.once(ctx, slowStore{}.Sweep)
		if err == nil || !strings.Contains(err.Error(), "run it again") {
			t.Errorf("error %v", err)
		}
		want := "Deleted 20 so far.\nDeleted 40 so far.\nDeleted 60 so far.\nDeleted 60 expired sessions in 20s.\n"
		if out.String() != want {
			t.Errorf("got\n%swant\n%s", out.String(), want)
		}
	})
}

func TestSweepEveryLivesThroughErrors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 90*time.Minute)
		defer cancel()
		var out, errs bytes.Buffer
		s := sweep{every: time.Hour, batch: 10, out: &out, errs: &errs}
		if err := s.repeat(ctx, slowStore{fail: errors.New("disk on fire")}.Sweep); err != nil {
			t.Error(err)
		}
		if n := strings.Count(errs.String(), "disk on fire (next try within 1h0m0s)\n"); n != 2 {
			t.Errorf("%d complaints, want 2:\n%s", n, errs.String())
		}
	})
}

func TestBarShowsTheCount(t *testing.T) {
	var out bytes.Buffer
	b := newBar(&out)
	b.add(500)
	b.finish()
	if !strings.Contains(out.String(), "Deleting expired sessions") {
		t.Errorf("%q", out.String())
	}
}
