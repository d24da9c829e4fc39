// Program django is a Django site that is moving to Go: half of its routes are served by
// Django and half by Go, with one session, one user table, one kind of messages and CSRF
// tokens.
//
//	pip install django
//	go run ./examples/django
//
// and open http://127.0.0.1:8080. README.md says what to look at.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

// half are the routes that have moved when nobody says otherwise.
const half = "/ /logout/ /cart/add/"

func main() {
	addr := flag.String("addr", "127.0.0.1:8080", "listen on `HOST:PORT`; port 0 picks a free one")
	python := flag.String("python", "python3", "`PATH` of a Python that has Django")
	moved := flag.String("go", half, "`PATHS` that Go serves; all others are Django's")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *addr, *python, strings.Fields(*moved)); err != nil {
		log.Fatal(err)
	}
}

// run serves both until ctx is done.
func run(ctx context.Context, addr, python string, moved []string) (err error) {
	app, err := startDjango(python)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, app.stop()) }()
	settings, err := app.settings()
	if err != nil {
		return err
	}
	db, err := openDatabase(app.database)
	if err != nil {
		return err
	}
	defer db.Close()
	site, err := newSite(settings, db)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	fmt.Printf("http://%s, where Go serves %s and Django the rest\n", listener.Addr(), cmp.Or(strings.Join(moved, " "), "nothing"))
	return serve(ctx, listener, newProxy(app.url, site, moved))
}

const patience = 5 * time.Second // for what is under way at the end

func serve(ctx context.Context, listener net.Listener, handler http.Handler) error {
	server := &http.Server{Handler: handler, ReadHeaderTimeout: patience}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	late, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return server.Shutdown(late)
}
