package main

import (
	"fmt"
	"net/http"
	"time"

	"github.com/coatcheck-go/session"
)

// stream sends the count, and again whenever it has changed, for as long as the
// page is open and the session lives.
func stream(interval time.Duration) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		// The session is used before the first byte leaves: after that there
		// would be no header left to tell caches and browsers of it.
		s := session.From(r)
		switch isNew, err := s.IsNew(); {
		case err != nil:
			http.Error(w, "please try again", session.StatusCode(err))
		case isNew:
			w.WriteHeader(http.StatusNoContent) // the page won't ask again
		default:
			w.Header().Set("Content-Type", "text/event-stream")
			follow(w, r, s, interval)
		}
	}
}

// follow ends with the request or the session, and on any error: the page then asks
// again by itself, and learns from the new answer how things are.
func follow(w http.ResponseWriter, r *http.Request, s *session.Session, interval time.Duration) {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for sent := -1; ; {
		n, err := session.Get[int](s, "n")
		if err != nil {
			return
		}
		if n != sent && send(w, n) != nil {
			return
		}
		sent = n
		select {
		case <-ticker.C:
		case <-r.Context().Done():
			return
		}
		// A Session shows what its request has read; Reload looks again.
		if s.Reload() != nil {
			return
		}
	}
}

func send(w http.ResponseWriter, n int) error {
	if _, err := fmt.Fprintf(w, "data: %d\n\n", n); err != nil {
		return err
	}
	return http.NewResponseController(w).Flush()
}
