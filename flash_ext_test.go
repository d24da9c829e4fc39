package session_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/coatcheck-go/session"
)

func flashSite(t *testing.T) *site {
	s := newSite(t, session.Config{})
	s.on("/add", func(_ http.ResponseWriter, r *http.Request, ss *session.Session) {
		check(t, ss.AddFlash(session.Flash{Level: session.Notice, Category: r.Header.Get("X-Category"), Message: r.Header.Get("X-Message")}))
	})
	s.on("/show", func(w http.ResponseWriter, r *http.Request, ss *session.Session) {
		flashes, err := ss.Flashes(r.Header.Values("X-Category")...)
		check(t, err)
		for _, f := range flashes {
			_, _ = fmt.Fprint(w, f.Message, " ")
		}
	})
	s.do("/other", func(ss *session.Session) error { return ss.Set("k", "v") })
	return s
}

func (v *visitor) add(category, message string) {
	v.send("POST", "/add", "X-Category: "+category, "X-Message: "+message)
}

// A message is shown once; as long as nobody reads it, it is kept.
func TestFlash_ShownOnceAndKeptUntilThen(t *testing.T) {
	s := flashSite(t)
	v := s.visitor()
	v.add("", "one")
	v.add("", "two")
	v.get("/other")
	v.get("/other")
	equal(t, "shown", v.get("/show").body, "one two ")
	equal(t, "shown again", v.get("/show").body, "")
	has, err := s.open(v.token).Has("_flashes")
	check(t, err)
	equal(t, "left over", has, false)
}

func TestFlash_ByCategory(t *testing.T) {
	s := flashSite(t)
	v := s.visitor()
	for i, category := range []string{"a", "b", "c", "a"} {
		v.add(category, fmt.Sprint(category, i))
	}
	equal(t, "b and c", v.send("GET", "/show", "X-Category: c", "X-Category: b").body, "b1 c2 ")
	equal(t, "none", v.send("GET", "/show", "X-Category: none").body, "")
	equal(t, "the rest", v.get("/show").body, "a0 a3 ")
}

// A message that is added while a page shows the ones before it is for the next page;
// one that was shown isn't shown again.
func TestFlash_AddedWhileOthersAreShown(t *testing.T) {
	s := flashSite(t)
	v := s.visitor()
	v.add("", "old")
	s.on("/slow", func(w http.ResponseWriter, _ *http.Request, ss *session.Session) {
		flashes, err := ss.Flashes()
		check(t, err)
		(&visitor{s, v.token}).add("", "new")
		(&visitor{s, v.token}).add("", "old") // the same text is another message
		_, _ = fmt.Fprint(w, len(flashes), " ", flashes[0].Message)
	})
	equal(t, "shown", v.get("/slow").body, "1 old")
	equal(t, "shown next", v.get("/show").body, "new old ")
}

func TestFlash_Levels(t *testing.T) {
	for level, want := range map[session.FlashLevel]int{session.Debug: 10, session.Notice: 20, session.Success: 25, session.Warning: 30, session.Error: 40} {
		equal(t, "level", int(level), want)
	}
}

// The test cookie tells whether the browser takes cookies.
func TestTestCookie(t *testing.T) {
	s := newSite(t, session.Config{})
	s.do("/set", (*session.Session).SetTestCookie)
	s.do("/delete", (*session.Session).DeleteTestCookie)
	s.on("/worked", func(w http.ResponseWriter, _ *http.Request, ss *session.Session) {
		worked, err := ss.TestCookieWorked()
		check(t, err)
		_, _ = fmt.Fprint(w, worked)
	})
	v := s.visitor()
	equal(t, "before", v.get("/worked").body, "false")
	v.get("/set")
	equal(t, "after", v.get("/worked").body, "true")
	equal(t, "without cookies", s.visitor().get("/worked").body, "false")
	v.get("/delete")
	equal(t, "deleted", v.get("/worked").body, "false")
}

// A lineCodec keeps flashes as lines of CATEGORY:MESSAGE.
type lineCodec struct{ session.Codec }

func (lineCodec) MarshalFlashes(flashes []session.Flash) ([]byte, error) {
	var lines []string
	for _, f := range flashes {
		if f.HTML {
			return nil, errors.New("no form for HTML")
		}
		lines = append(lines, f.Category+":"+f.Message)
	}
	return []byte(strings.Join(lines, "\n")), nil
}

func (lineCodec) UnmarshalFlashes(data []byte) (flashes []session.Flash, err error) {
	for line := range strings.SplitSeq(string(data), "\n") {
		category, message, ok := strings.Cut(line, ":")
		if !ok {
			return nil, errors.New("no colon")
		}
		flashes = append(flashes, session.Flash{Category: category, Message: message})
	}
	return flashes, nil
}

// A codec with a form of its own for messages keeps them in that form.
func TestFlash_FormOfTheCodec(t *testing.T) {
	s := newSite(t, session.Config{Codec: lineCodec{session.JSON}})
	ss := s.m.New(t.Context())
	none, err := ss.Flashes()
	check(t, err)
	equal(t, "messages of a new session", len(none), 0)
	for _, f := range []session.Flash{{Category: "a", Message: "one"}, {Category: "b", Message: "two"}, {Category: "a", Message: "three"}} {
		check(t, ss.AddFlash(f))
	}
	if err := ss.AddFlash(session.Flash{HTML: true}); err == nil || !strings.Contains(err.Error(), "encode flashes") {
		t.Errorf("what has no form: %v", err)
	}
	shown, err := ss.Flashes("b")
	check(t, err)
	if want := []session.Flash{{Category: "b", Message: "two"}}; !slices.Equal(shown, want) {
		t.Errorf("%v", shown)
	}
	check(t, ss.Save())
	shown, err = s.open(ss.Token().Reveal()).Flashes()
	check(t, err)
	if want := []session.Flash{{Category: "a", Message: "one"}, {Category: "a", Message: "three"}}; !slices.Equal(shown, want) {
		t.Errorf("%v", shown)
	}
	check(t, ss.Set("_flashes", "junk"))
	_, err = ss.Flashes()
	for name, err := range map[string]error{"read": err, "add": ss.AddFlash(session.Flash{})} {
		if err == nil || !strings.Contains(err.Error(), "decode flashes: no colon") {
			t.Errorf("%s with junk: %v", name, err)
		}
	}
}
