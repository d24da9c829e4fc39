// Program flask is a Flask application that is moving to Go: half of its routes are
// served by Flask and half by Go, with one session.
//
//	go run ./examples/flask
//
// and open http://127.0.0.1:8080. README.md says what to look at.
package main

import (
	"context"
	"embed"
	"errors"
	"io/fs"
	"log"
	"os"
	"os/signal"
	"syscall"

	"github.com/coatcheck-go/session/examples/internal/besidepython"
)

// half are the routes that have moved when nobody says otherwise.
const half = "/ /logout /cart/add"

//go:embed python
var files embed.FS

func main() {
	o := besidepython.Flags("Flask", half)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, o); err != nil {
		log.Fatal(err)
	}
}

// run serves both until ctx is done.
func run(ctx context.Context, o besidepython.Options) (err error) {
	settings := sharedSettings(os.Environ())
	site, err := newSite(settings)
	if err != nil {
		return err
	}
	flask, err := fs.Sub(files, "python")
	if err != nil {
		return err
	}
	app, err := o.Start(flask, settings...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, app.Stop()) }()
	return o.Serve(ctx, app.URL, site)
}
