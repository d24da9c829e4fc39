package main

import (
	"context"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/lab/internal/traffic"
)

// recordSize is how many bytes of data a session has for its store.
func recordSize(ctx context.Context) (int, error) {
	c := &copier{rows: make(chan []any, 1)}
	m, err := session.New(session.Config{Store: c})
	if err != nil {
		return 0, err
	}
	if _, err := traffic.Make(ctx, m, user(0), time.Time{}); err != nil {
		return 0, err
	}
	row := <-c.rows
	return len(row[len(row)-1].([]byte)), nil
}
