package flasksession_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/compat/flasksession"
	"github.com/coatcheck-go/session/kv/memkv"
)

// A session that a Flask view has made, with session["username"] and
// session["visits"], is read and changed in Go. In place of memkv stands the Redis or
// memcached that the Flask application uses.
func Example() {
	ctx := context.Background()
	store := memkv.New()
	const cookie = "Wp7Jc_ltnAKqkKrVaWDGgc8ybgrDnuAvXWHnQg1Io7E"
	err := store.Add(ctx, "session:"+cookie, "\x82\xa8username\xa3ada\xa6visits\x01", time.Hour)
	if err != nil {
		log.Fatal(err)
	}

	engine, err := flasksession.New(flasksession.Options{Store: store})
	if err != nil {
		log.Fatal(err)
	}
	manager, err := session.New(engine.Config(session.Config{}))
	if err != nil {
		log.Fatal(err)
	}

	s, err := manager.Open(ctx, cookie) // in a handler: session.From(r)
	if err != nil {
		log.Fatal(err)
	}
	err = session.Update(s, "visits", func(n *int) error { *n++; return nil })
	if err == nil {
		err = s.Save() // in a handler it is done by itself
	}
	if err != nil {
		log.Fatal(err)
	}
	user, _ := s.Subject()
	stored, _ := store.Get(ctx, "session:"+cookie)
	fmt.Printf("%s %q\n", user, stored)
	// Output: ada "\x82\xa8username\xa3ada\xa6visits\x02"
}
