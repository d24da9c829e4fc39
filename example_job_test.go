package session_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/memstore"
)

// report is a job that runs after the request which asked for it has been answered. It
// tells the visitor on their next page that it is done.
func report(ctx context.Context, m *session.Manager, visitor session.Token) error {
	s, err := m.Open(ctx, visitor)
	if errors.Is(err, session.ErrNotFound) {
		return nil // signed out meanwhile: nobody to tell
	}
	if err != nil {
		return err
	}
	if err := s.AddFlash(session.Flash{Message: "Your report is ready."}); err != nil {
		return err
	}
	return s.Save()
}

// Outside of requests a session is opened by its token, and saved by Save.
func ExampleManager_Open() {
	ctx := context.Background()
	m, err := session.New(session.Config{Store: memstore.New(memstore.Options{})})
	if err != nil {
		log.Fatal(err)
	}
	s := m.New(ctx)
	if err := errors.Join(s.Login("alice"), s.Save()); err != nil {
		log.Fatal(err)
	}
	token := s.Token() // in a handler: session.From(r).Token()

	fmt.Println("job:", report(ctx, m, token))
	again, err := m.Open(ctx, token)
	if err != nil {
		log.Fatal(err)
	}
	flashes, err := again.Flashes()
	fmt.Println(flashes[0].Message, err)

	fmt.Println("end:", m.End(ctx, token))
	fmt.Println("job:", report(ctx, m, token))
	fmt.Println("token:", token) // can't reach a log by accident
	// Output:
	// job: <nil>
	// Your report is ready. <nil>
	// end: <nil>
	// job: <nil>
	// token: (hidden)
}
