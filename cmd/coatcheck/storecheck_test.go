package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/storetest"
)

func TestStoreCheck(t *testing.T) {
	dir := t.TempDir()
	database := "sqlite:" + filepath.Join(dir, "sessions.db")
	fill(t, database, 1, 1)
	for _, url := range []string{"memory:", database} {
		code, out, errs := coatcheck(t, "store", "check", "--store", url)
		if code != 0 || errs != "" || !strings.Contains(out, "cases kept, 0 broken, 0 about") {
			t.Errorf("%s: code %d\n%s%s", url, code, out, errs)
		}
	}
	b, err := openStore(t.Context(), database, want{})
	if err != nil {
		t.Fatal(err)
	}
	defer b.close()
	if _, err := b.store.Load(t.Context(), testKey(0)); err != nil {
		t.Errorf("the session that was there: %v", err)
	}
}

func TestStoreCheckVerbose(t *testing.T) {
	code, out, _ := coatcheck(t, "store", "check", "--store", "memory:", "-v")
	if code != 0 || !strings.Contains(out, "  ok    load/") || !strings.Contains(out, "  ok    sweep/") {
		t.Errorf("code %d\n%s", code, out)
	}
}

// What is checked in is a namespace of its own, and nothing of it stays.
func TestNamespaces(t *testing.T) {
	dir := t.TempDir()
	for _, url := range []string{"file:" + dir, "sqlite:" + filepath.Join(dir, "sessions.db")} {
		fill(t, url, 1, 1)
		a, b, end, err := twice(url)(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		rec := session.Record{Data: "x", Expires: time.Now().Add(time.Hour)}
		if _, err := a.Create(t.Context(), testKey(1), rec); err != nil {
			t.Error(err)
		}
		if _, err := b.Load(t.Context(), testKey(1)); err != nil {
			t.Errorf("%s: the other handle: %v", url, err)
		}
		if _, err := b.Load(t.Context(), testKey(0)); !errors.Is(err, session.ErrNotFound) {
			t.Errorf("%s: a session of the site: %v", url, err)
		}
		if err := end(); err != nil {
			t.Error(err)
		}
		space, err := openStore(t.Context(), url, want{})
		if err != nil {
			t.Fatal(err)
		}
		defer space.close()
		if _, err := space.store.Load(t.Context(), testKey(0)); err != nil {
			t.Errorf("%s: a session of the site after the check: %v", url, err)
		}
	}
	if left, err := filepath.Glob(filepath.Join(dir, "coatcheck_check*")); err != nil || left != nil {
		t.Errorf("the check has left %q, %v", left, err)
	}
}

// A check makes no database where there is none.
func TestStoreCheckOfNothing(t *testing.T) {
	file := filepath.Join(t.TempDir(), "none.db")
	code, _, errs := coatcheck(t, "store", "check", "--store", "sqlite:"+file)
	if _, err := os.Stat(file); code != 1 || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("code %d, %v\n%s", code, err, errs)
	}
}

func TestStoreCheckReport(t *testing.T) {
	var out bytes.Buffer
	r := checkReport{out: &out}
	r.add(storetest.Result{Case: "one", Rule: "The rule."})
	r.add(storetest.Result{Case: "two", Rule: "Another rule.", Seen: []string{"this", "that"}})
	r.add(storetest.Result{Case: "three", Absent: true})
	if err := r.end(); err == nil {
		t.Error("no error for a broken store")
	}
	want := "  FAIL  two: \"Another rule.\"\n        seen: this\n        seen: that\n" +
		"1 cases kept, 1 broken, 1 about abilities that this store doesn't have.\n"
	if out.String() != want {
		t.Errorf("got\n%swant\n%s", out.String(), want)
	}
}

// Where a server forgets by itself, a sweep says so and is done.
func TestSweepOfAStoreThatForgets(t *testing.T) {
	var out bytes.Buffer
	s := sweep{batch: 1, out: &out}
	var forgets struct{ session.Store }
	if err := s.in(t.Context(), &backend{store: forgets, lasts: true}); err != nil || !strings.HasPrefix(out.String(), "Nothing to sweep") {
		t.Errorf("%v, %q", err, out.String())
	}
}

func TestSplitURL(t *testing.T) {
	for rest, want := range map[string]string{
		"//h":                  "h||",
		"//h:1/2":              "h:1||2",
		"//a,b:2,[::1]:3/name": "a b:2 [::1]:3||name",
		"//me:p%40ss@a,b":      "a b|me:p%40ss|",
		"//:p%2Fs@h":           "h|:p%2Fs|",
		"h":                    "error",
		"//":                   "error",
		"//a,,b":               "error",
		"//h/1/2":              "error",
		"//h?x=1":              "error",
		"//h/1?x=1":            "error",
		"//me:p%zz@h":          "error",
		"//a b":                "error",
		"//h:port":             "error",
	} {
		hosts, user, path, err := splitURL(rest)
		got := "error"
		if err == nil {
			got = strings.Join(hosts, " ") + "|" + user.String() + "|" + path
		}
		if got != want {
			t.Errorf("%s: %s, want %s (%v)", rest, got, want, err)
		}
	}
}
