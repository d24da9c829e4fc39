package main

import (
	"encoding/gob"
	"strings"
)

// An entry is one key of a session with its value.
type entry struct {
	key   string
	value any
}

type item struct {
	ID       int `json:"id"`
	Quantity int `json:"qty"`
}

// sessionCookie is the cookie's name where the library leaves it to us.
const sessionCookie = "session"

const (
	nameKey  = "username"
	name     = "alice"
	themeKey = "theme"
	csrf     = "9f8e7d6c5b4a39281706f5e4d3c2b1a0"
)

// small is the session of most works: 143 bytes as JSON.
var small = []entry{
	{"user_id", 12345},
	{nameKey, name},
	{"cart", []item{{ID: 10001, Quantity: 2}, {ID: 1002, Quantity: 1}}},
	{themeKey, "dark"},
	{"csrf", csrf},
}

// medium is 500 bytes as JSON, large 2 KiB.
var (
	medium = withNotes(346)
	large  = withNotes(1894)
)

func withNotes(length int) []entry {
	return append(small[:len(small):len(small)], entry{"notes", strings.Repeat("nothing to see ", 127)[:length]})
}

// themes are what W2 sets in turn.
var themes = [2][]entry{{{themeKey, "dark"}}, {{themeKey, "pale"}}}

// signIn is what W4 sets.
var signIn = []entry{{"user_id", 12345}, {nameKey, name}, {themeKey, "dark"}}

// register tells encoding/gob of the types behind an any.
func register() { gob.Register([]item{}) }
