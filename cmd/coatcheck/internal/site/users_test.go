package site

import (
	"maps"
	"strings"
	"testing"
)

func TestParseUsers(t *testing.T) {
	for _, c := range []struct {
		text string
		want Users
		err  string
	}{
		{text: "alice:wonderland,bob:builder", want: Users{"alice": "wonderland", "bob": "builder"}},
		{text: "eve:a:b, adam:rib", want: Users{"eve": "a:b", "adam": "rib"}},
		{text: "", err: "user number 1"},
		{text: "alice", err: "user number 1"},
		{text: "alice:", err: "user number 1"},
		{text: ":secret", err: "user number 1"},
		{text: "alice:secret,", err: "user number 2"},
		{text: "alice:secret,alice:secret2", err: `"alice" is there twice`},
		{text: strings.Repeat("a", 256) + ":secret", err: "longer than 255"},
	} {
		got, err := ParseUsers(c.text)
		switch {
		case c.err == "" && (err != nil || !maps.Equal(got, c.want)):
			t.Errorf("%q: %v, %v", c.text, got, err)
		case c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)):
			t.Errorf("%q: error %v, want %q", c.text, err, c.err)
		case err != nil && strings.Contains(err.Error(), "secret"):
			t.Errorf("%q: password in error %q", c.text, err)
		}
	}
}

func TestCheckPassword(t *testing.T) {
	users := Users{"alice": "wonderland"}
	for _, c := range []struct {
		name, password string
		ok             bool
	}{
		{"alice", "wonderland", true},
		{"alice", "Wonderland", false},
		{"alice", "", false},
		{"nobody", "", false},
		{"nobody", "wonderland", false},
	} {
		if user, err := users.Check(t.Context(), c.name, c.password); (err == nil) != c.ok || c.ok && user != c.name {
			t.Errorf("%s, %s: %q, %v", c.name, c.password, user, err)
		}
	}
}
