package session_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/coatcheck-go/session"
)

// A clientEngine keeps sessions in the token, in plain sight: it is for tests of what
// a Manager does with any such engine.
type clientEngine struct {
	ids   atomic.Int64
	stale atomic.Bool // tokens opened from now on are to be renewed
}

func (e *clientEngine) NewID() string { return "id-" + strconv.FormatInt(e.ids.Add(1), 10) }

func (e *clientEngine) ClientSide() bool { return true }

func (e *clientEngine) Open(_ context.Context, token string, s *session.Snapshot) error {
	text, _, _ := strings.Cut(token, ".")
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(raw) == 0 || int(raw[0]) >= len(raw) {
		return fmt.Errorf("open: %w", session.ErrNotFound)
	}
	n := 1 + int(raw[0])
	*s = session.Snapshot{ID: string(raw[1:n]), Renew: e.stale.Load()}
	return s.UnmarshalBinary(raw[n:])
}

func (e *clientEngine) Keep(_ context.Context, _, s *session.Snapshot, _ time.Duration) (string, error) {
	raw, _ := s.AppendBinary(append([]byte{byte(len(s.ID))}, s.ID...))
	token := base64.RawURLEncoding.EncodeToString(raw) + "." + e.NewID() // no two are the same, as with any seal
	return token, s.CheckToken(len(token))
}

func (e *clientEngine) Touch(context.Context, *session.Snapshot, time.Time) error {
	panic("a client-side engine is never asked to touch")
}

func (e *clientEngine) Drop(context.Context, *session.Snapshot) error { return nil }
