package site

import (
	"net/http"
	"time"

	"github.com/coatcheck-go/session"
)

// maxDelay keeps requests from being held for ever.
const maxDelay = 5 * time.Second

var errDelay = &httpError{http.StatusBadRequest, "delay must be a duration from 0s to 5s, such as 300ms."}

// held holds a request for ?delay=300ms between reading the session and whatever
// h does, so that a race can be tried by hand: start a slow request, and overtake it
// with another.
func held(h handler) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		delay, err := parseDelay(r.URL.Query().Get("delay"))
		if err != nil {
			return err
		}
		if _, err := session.From(r).Subject(); err != nil { // loads the session
			return err
		}
		select {
		case <-time.After(delay):
			return h(w, r)
		case <-r.Context().Done():
			return r.Context().Err() // nobody waits for an answer
		}
	}
}

func parseDelay(text string) (time.Duration, error) {
	if text == "" {
		return 0, nil
	}
	delay, err := time.ParseDuration(text)
	if err != nil || delay < 0 || delay > maxDelay {
		return 0, errDelay
	}
	return delay, nil
}
