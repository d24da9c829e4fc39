package racetest

import (
	"errors"
	"fmt"
	"net/http"
)

// The requests of a [Race].
const (
	Write        = "write"
	Read         = "read" // with an idle touch due
	Rotate       = "rotate"
	RotateAtOnce = "rotate-at-once" // with no grace
	Login        = "login"
	Logout       = "logout"
	EndAll       = "end-all"
)

// A Race is of two requests of one session, on different nodes. The slow one has
// read the session, and changed it, before the overtaker begins; it saves
// when the overtaker has been answered or, if Loose, at the same time.
type Race struct {
	Slow, Overtaker string
	Loose           bool
}

func (r Race) String() string {
	if r.Loose {
		return fmt.Sprintf("%s beside %s", r.Slow, r.Overtaker)
	}
	return fmt.Sprintf("slow %s overtaken by %s", r.Slow, r.Overtaker)
}

// mayLose reports whether the overtaker may come when its token was ended already: it
// is told so, and has ended nothing.
func (r Race) mayLose() bool { return r.Loose && r.Slow == Login && r.Overtaker == Logout }

// Revivals runs r. It returns an error if a session comes back that the overtaker
// has ended, or if one of the requests isn't told what came of it.
func Revivals(s Site, r Race) error {
	return batches(func() error {
		visitors, err := s.visitors(batch)
		if err != nil {
			return err
		}
		var requests []request
		for _, v := range visitors {
			query := with(v.subject, "key", "slow")
			requests = append(requests, v.request(0, v.token, "/"+r.Slow, query))
		}
		overtakers := make([]answer, batch)
		answers, err := s.hold(requests, r.Loose, func() error {
			return each(batch, func(i int) error {
				v := visitors[i]
				overtakers[i] = v.ask(1, v.token, "/"+r.Overtaker, v.subject, nil)
				if r.mayLose() && overtakers[i].status == http.StatusConflict {
					return nil
				}
				return ok(overtakers[i])
			})
		})
		if err != nil {
			return fmt.Errorf("%v: %w", r, err)
		}
		return each(batch, func(i int) error {
			o := outcome{Race: r, visitor: visitors[i], slow: answers[i], overtaker: overtakers[i]}
			if err := o.check(); err != nil {
				return fmt.Errorf("%v: %w", r, err)
			}
			return nil
		})
	})
}

// An outcome is what came of one race.
type outcome struct {
	Race
	visitor
	slow, overtaker answer
}

func (o outcome) check() error {
	if o.slow.err != nil {
		return o.slow.err
	}
	return errors.Join(o.checkAnswer(), o.checkToken(), o.checkCount(), o.checkRotated())
}

// rotated reports whether the overtaker's end of the old token leaves the session to
// requests that come with it.
func (o outcome) rotated() bool { return o.Overtaker == Rotate }

// checkAnswer: who comes too late is told.
func (o outcome) checkAnswer() error {
	want := http.StatusConflict
	if o.rotated() || o.Slow == Read {
		want = http.StatusOK
	}
	if !o.Loose && o.slow.status != want {
		return fmt.Errorf("the slow request was answered %d, want %d", o.slow.status, want)
	}
	if !o.Loose && o.slow.token != "" && !(o.rotated() && o.Slow == Login) {
		return errors.New("the slow request was given a new token for a session that had been ended, or rotated before")
	}
	return nil
}

// checkToken: the token that both came with is dead, but for the grace of a
// rotation.
func (o outcome) checkToken() error {
	page, err := o.show(o.token)
	switch {
	case err != nil:
		return err
	case o.rotated() && o.Slow != Login:
		if page.Handle != o.handle {
			return errors.New("the rotated token doesn't lead to the session within the grace")
		}
	case page.Handle != "":
		return errors.New("the session came back: the token that was ended is live")
	}
	return nil
}

// checkCount: there is no session but the one that was rotated.
func (o outcome) checkCount() error {
	want := 0
	if o.rotated() || o.Overtaker == RotateAtOnce {
		want = 1
	}
	n, err := o.sessions()
	if o.mayLose() && o.overtaker.status == http.StatusConflict {
		want = 1 // the login's, and the logout was told
	}
	if err == nil && n != want {
		err = fmt.Errorf("the session came back: the subject has %d sessions, want %d", n, want)
	}
	return err
}

// checkRotated: the rotated session is the one it was, with what the slow request
// saved, and nothing that it was refused.
func (o outcome) checkRotated() error {
	token := o.overtaker.token
	if o.slow.token != "" {
		token = o.slow.token
	}
	if token == "" || o.Loose {
		return nil
	}
	page, err := o.show(token)
	saved := page.Values["slow"] == 1
	switch {
	case err != nil:
		return err
	case page.Handle != o.handle:
		return errors.New("the rotated session is gone")
	case saved != (o.Slow == Write && o.rotated()):
		return fmt.Errorf("the slow request was answered %d; that it was saved is %v", o.slow.status, saved)
	}
	return nil
}
