package session_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/coatcheck-go/session"
)

// The rules, for requests that all begin on one session. A session is told by its
// handle, which it keeps over rotations and logins; a request that comes with a
// token that is dead by then is an anonymous visitor's, and what it saves is a
// new session with another handle.
//
// I1 What was ended stays ended. A token that was dead once never lives again
// (looked at after every store call). When an act has returned with success:
//
//   - logout, destroy: the token it came with is dead. If that was live when the
//     request came, so is every token that a rotation or login of a request that
//     came with it was given, before or after.
//   - login: likewise, for rotations, and for no token but its own.
//   - end all, end others, end by handle: no session that was alice's then is
//     left, whatever was in flight on it: rotations and logins as alice included.
//
// A write, touch, rotation or login on a session that was ended after they read it
// changes nothing.
//
// I2 No update is lost: what requests that were answered 200 have set, counted
// and added is in their session, as long as that lives: counts exact, a flash
// message until one that was answered 200 has shown it.
//
// I3 An answer is true: 200 means saved, or nothing to save; 409 means that the
// session was ended by one of the others, and that nothing was saved. There is
// no other answer.
//
// I4 Nobody is signed out but by an act that ends sessions. Whichever response
// comes last, the browser then holds a token that is live beyond the grace.
//
// I5 Every live record is that of a session somebody was given a token of.
//
// I6 A token that was rotated away leads to the session within the grace, and
// never after.
//
// I7 Nothing of alice's is in a session of bob's.

// checkEnd is called when a has just returned with success.
func (w *world) checkEnd(t *testing.T, a *act) {
	switch a.ends {
	case endsToken, endsSession:
		w.checkTokensDead(t, a)
	case endsHandle, endsSubject, endsOthers:
		w.checkNobodys(t, a)
	}
	if a.name == kindRotate.name && a.token != "" && w.grace < 0 && w.live(t, w.first.token) {
		w.fault("I6", "the token lives after a rotation without grace")
	}
}

// checkTokensDead checks that only a login's token is live.
func (w *world) checkTokensDead(t *testing.T, a *act) {
	for _, ticket := range w.tickets {
		if w.killsToken(a, ticket) && w.live(t, ticket.token) {
			w.fault("I1", "%s has returned, and a token (%v) is live", a.name, ticket)
		}
	}
}

// killsToken reports whether a ends what ticket is for.
func (w *world) killsToken(a *act, ticket *ticket) bool {
	got := ticket.act
	if got == nil || got == a {
		return ticket.token == w.first.token
	}
	return a.sawFirst(w) && (w.rotation(got) || w.loggedIn(got) && a.ends == endsSession)
}

// rotation reports whether a has rotated the session.
func (w *world) rotation(a *act) bool {
	return a.name == kindRotate.name && a.token != "" && a.sawFirst(w)
}

// checkNobodys checks that alice has no session that a was to end.
func (w *world) checkNobodys(t *testing.T, a *act) {
	infos, err := w.raw.Sessions(t.Context(), alice)
	w.must(err)
	for _, info := range infos {
		if w.wasThere(info.Handle) && w.reaches(a, info.Handle, alice) {
			w.fault("I1", "%s has returned, and a session it was to end is live", a.name)
		}
	}
}

// reaches reports whether a ends session h if that is subject's.
func (w *world) reaches(a *act, h session.Handle, subject string) bool {
	switch a.ends {
	case endsSession:
		return h == a.seen.Handle
	case endsHandle:
		return subject == alice && h == w.first.handle
	case endsSubject:
		return subject == alice
	case endsOthers:
		return subject == alice && a.seen.Subject == alice && h != a.device(w).handle
	}
	return false
}

// check is called when all acts have returned.
func (w *world) check(t *testing.T) {
	contents := w.contents(t)
	for _, a := range w.acts {
		a.home = w.home(t, a)
		w.checkAnswer(a)
		w.checkEnded(a, contents)
	}
	w.checkAlive(contents)
	for handle, c := range contents {
		w.checkNumbers(handle, c)
		w.checkCount(handle, c)
		w.checkFlashes(handle, c)
	}
	w.checkOrphans(t, contents)
	w.checkGrace(t, contents)
	w.passGrace()
	w.look(t)
	w.checkAfterGrace(t)
}

// any reports whether one of the acts that returned with success is like that.
func (w *world) any(like func(*act) bool) bool {
	return slices.ContainsFunc(w.acts, func(a *act) bool { return a.ok() && like(a) })
}

// checkAnswer is I3.
func (w *world) checkAnswer(a *act) {
	switch a.status {
	case http.StatusOK:
		if a.wrote() && a.token == "" && a.seen.Handle == (session.Handle{}) {
			w.fault("I3", "request %d, %s, was answered 200, and nothing was saved", a.number-1, a.name)
		}
	case http.StatusConflict:
		if !a.writes && a.ends == endsNothing || !w.any(w.mayEnd) {
			w.fault("I3", "request %d, %s, was answered 409, and nobody has ended the session", a.number-1, a.name)
		}
	default:
		w.fault("I3", "request %d, %s, was answered %d", a.number-1, a.name, a.status)
	}
}

// mayEnd reports whether a may be why another act was refused.
func (w *world) mayEnd(a *act) bool {
	return a.ends != endsNothing || w.rotation(a) && (w.grace < 0 || w.passed)
}

// home returns the session that a saved to.
func (w *world) home(t *testing.T, a *act) session.Handle {
	if a.token != "" {
		if handle, _, ok := w.content(t, a.token); ok {
			return handle
		}
	}
	return a.seen.Handle
}

// checkEnded is I1 at the end.
func (w *world) checkEnded(a *act, contents map[session.Handle]content) {
	for handle, c := range contents {
		if a.ok() && w.wasThere(handle) && w.reaches(a, handle, c.subject) {
			w.fault("I1", "%s was answered 200, and the session is live", a.name)
		}
	}
}

// wasThere reports whether the session was there before the acts.
func (w *world) wasThere(h session.Handle) bool { return h == w.first.handle || h == w.second.handle }

// loggedIn reports whether a has made another session of the first.
func (w *world) loggedIn(a *act) bool {
	return a.ends == endsToken && a.sawFirst(w)
}

// checkAlive is I4: sessions that nobody has ended are live.
func (w *world) checkAlive(contents map[session.Handle]content) {
	for _, d := range []device{w.first, w.second} {
		_, alive := contents[d.handle]
		if !alive && !w.any(func(a *act) bool { return w.mayHaveEnded(a, d.handle) }) {
			w.fault("I4", "a session is gone, and nobody has ended it")
		}
	}
}

// mayHaveEnded reports whether session h of the first or second device may be gone
// because of a.
func (w *world) mayHaveEnded(a *act, h session.Handle) bool {
	subject := alice
	if h == w.first.handle && w.any(func(b *act) bool { return b.name == kindLoginOther.name && w.loggedIn(b) }) {
		subject = bob
	}
	return w.reaches(a, h, subject) || w.endsItself(a, h)
}

// endsItself is a known limit: End others takes the session it was called on for
// another one if that was rotated, or logged in anew, since it was read.
func (w *world) endsItself(a *act, h session.Handle) bool {
	return a.name == kindEndMine.name && h == w.first.handle && w.any(func(b *act) bool { return w.rotation(b) || w.loggedIn(b) })
}

// saved calls f with each act that was answered 200 and saved to the session while
// it was subject's.
func (w *world) saved(handle session.Handle, subject string, f func(*act)) {
	for _, a := range w.acts {
		if a.ok() && a.home == handle && (a.seen.Subject == subject || a.home != a.seen.Handle) {
			f(a)
		}
	}
}

// checkNumbers is I2 for what was set: of several the last, whichever that was.
func (w *world) checkNumbers(handle session.Handle, c content) {
	for _, key := range []string{"a", "b", "d"} {
		var set []int
		w.saved(handle, c.subject, func(a *act) {
			if a.key == key {
				set = append(set, a.number)
			}
		})
		value, has := c.numbers[key]
		if has != (len(set) > 0) || has && !slices.Contains(set, value) {
			w.fault("I2", "%s is %d, set were %v", key, value, set)
		}
	}
}

// hasBefore reports whether what was there before the acts must be in the session.
func (w *world) hasBefore(handle session.Handle, c content) bool {
	return handle == w.first.handle && c.subject == alice
}

// checkCount is I2 for counters.
func (w *world) checkCount(handle session.Handle, c content) {
	want := 0
	if w.hasBefore(handle, c) {
		want = countBefore
	}
	w.saved(handle, c.subject, func(a *act) {
		if a.name == kindIncrement.name {
			want++
		}
	})
	if c.numbers["n"] != want {
		w.fault("I2", "the count is %d, want %d", c.numbers["n"], want)
	}
}

// checkFlashes is I2 for messages.
func (w *world) checkFlashes(handle session.Handle, c content) {
	var added, shown []string
	if w.hasBefore(handle, c) {
		added = append(added, flashBefore)
	}
	w.saved(handle, c.subject, func(a *act) {
		if a.name == kindFlashAdd.name {
			added = append(added, a.flash())
		}
		shown = append(shown, a.shown...)
	})
	want := slices.DeleteFunc(added, func(m string) bool { return slices.Contains(shown, m) })
	slices.Sort(want)
	slices.Sort(c.flashes)
	if !slices.Equal(c.flashes, want) {
		w.fault("I2", "the messages are %q, want %q", c.flashes, want)
	}
}

// checkOrphans is I5.
func (w *world) checkOrphans(t *testing.T, contents map[session.Handle]content) {
	infos, _, err := w.raw.List(t.Context(), "", 100)
	w.must(err)
	if len(infos) != len(contents) {
		w.fault("I5", "%d records are live, of %d sessions somebody has a token of", len(infos), len(contents))
	}
	for _, info := range infos {
		if _, ok := contents[info.Handle]; !ok {
			w.fault("I5", "a record is live of which nobody has a token")
		}
	}
}

// checkGrace is I6 as long as the grace runs.
func (w *world) checkGrace(t *testing.T, contents map[session.Handle]content) {
	_, alive := contents[w.first.handle]
	if !alive || !w.any(w.rotation) || w.any(w.loggedIn) || w.passed || w.grace < 0 {
		return
	}
	if handle, _, _ := w.content(t, w.first.token); handle != w.first.handle {
		w.fault("I6", "the rotated token doesn't lead to the session within the grace")
	}
}

// checkAfterGrace is I6 and I4 when the grace is over.
func (w *world) checkAfterGrace(t *testing.T) {
	if w.any(w.rotation) && w.live(t, w.first.token) {
		w.fault("I6", "the rotated token is live after the grace")
	}
	ended := w.any(func(a *act) bool { return w.mayHaveEnded(a, w.first.handle) })
	for _, last := range w.lastCookies() {
		handle, _, _ := w.content(t, last.token)
		if !ended && !w.late(last) && handle != w.first.handle {
			w.fault("I4", "the browser is left with a token (%v) that doesn't lead to the session", last)
		}
	}
}

// late reports whether a cookie may be the wrong one, which are known limits: it
// is from a rotation and comes after that of a later login; or from a request that
// came when its token was past the grace.
func (w *world) late(last *ticket) bool {
	return last.act != nil && (w.rotation(last.act) && w.any(w.loggedIn) || w.passed && !last.act.sawFirst(w))
}

// lastCookies are what the browser of the first device may be left with, since
// responses may come in any order.
func (w *world) lastCookies() []*ticket {
	var last []*ticket
	for _, a := range w.acts {
		if a.cookie && !a.second {
			last = append(last, &ticket{token: a.token, act: a})
		}
	}
	if last == nil {
		last = append(last, &ticket{token: w.first.token})
	}
	return last
}
