// Program django is a Django site that is moving to Go: half of its routes are served by
// Django and half by Go, with one session, one user table, one kind of messages and CSRF
// tokens.
//
//	go run ./examples/django
//
// and open http://127.0.0.1:8080. README.md says what to look at.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"github.com/coatcheck-go/session/examples/internal/besidepython"
)

// half are the routes that have moved when nobody says otherwise.
const half = "/ /logout/ /cart/add/"

// engines are Django's engines for sessions.
var engines = []string{"db", "file", "cache", "cached_db", "signed_cookies"}

func main() {
	engine := flag.String("engine", "db", "Django's `ENGINE` for sessions: "+strings.Join(engines, ", "))
	o := besidepython.Flags("Django", half)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, o, *engine); err != nil {
		log.Fatal(err)
	}
}

// run serves both until ctx is done.
func run(ctx context.Context, o besidepython.Options, engine string) (err error) {
	if !slices.Contains(engines, engine) {
		return fmt.Errorf("-engine %q: Django has %s", engine, strings.Join(engines, ", "))
	}
	app, err := startDjango(o, engine)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, app.Stop()) }()
	settings, err := readSettings(app)
	if err != nil {
		return err
	}
	db, err := openDatabase(settings)
	if err != nil {
		return err
	}
	defer db.Close()
	site, err := newSite(settings, db)
	if err != nil {
		return err
	}
	return o.Serve(ctx, app.URL, site)
}
