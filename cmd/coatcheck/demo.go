package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/urfave/cli/v3"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/cmd/coatcheck/internal/site"
)

const (
	defaultAddr  = "127.0.0.1:8080"
	defaultStore = "sqlite:coatcheck-demo.db"
	defaultUsers = "alice:wonderland,bob:builder"
)

func demoCommand() *cli.Command {
	return &cli.Command{
		Name:  "demo",
		Usage: "serve a small site that shows sessions at work",
		Description: `Serves a site with sign-in, cart, preferences, messages and a list of your
devices, and the same as JSON under /api. Each page says what its session did.
Stop it, start it again, and you are still signed in.

Examples:

   coatcheck demo
   coatcheck demo --store memory: --idle 2m --lifetime 10m
   coatcheck demo --store django+sqlite:db.sqlite3 --secret-file django.secret
   coatcheck demo --users 'eve:apple,adam:rib' --max-sessions 2

   curl -c jar -b jar http://127.0.0.1:8080/api/session
   curl -c jar -b jar -d '{"username":"alice","password":"wonderland"}' http://127.0.0.1:8080/api/login`,
		Flags:  demoFlags(),
		Action: noArguments(runDemo),
	}
}

func demoFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "addr", Usage: "listen on `HOST:PORT`; port 0 picks a free one", Value: defaultAddr},
		storeFlag(defaultStore),
		durationFlag("idle", "end sessions `DURATION` after their last request", "24h"),
		durationFlag("lifetime", "end sessions `DURATION` after sign-in, whatever happens; of flask: and django+: their own lifetime", "336h"),
		&cli.StringFlag{Name: "users", Usage: "who can sign in: `NAME:PASSWORD,…`", Value: defaultUsers},
		&cli.StringFlag{Name: "keys", Usage: "seal cookies with the keys in `FILE`, see \"coatcheck keys\"; default: those in " + secretVariable + ", or one for this run"},
		&cli.StringFlag{Name: "secret-file", Usage: "for flask: and django+: `FILE` with SECRET_KEY on its first line, fallbacks below; default: " + secretVariable + ", or one for this run"},
		&cli.StringFlag{Name: "cache", Usage: "for django+ a database: `URL` of the cache in front of it, where SESSION_ENGINE is cached_db: " + redisForm + " or " + memcachedForm},
		durationFlag("max-stale", "for tiered: in front of a store that can't tell of changes: serve sessions as they were up to `DURATION` ago", ""),
		&cli.IntFlag{Name: "max-sessions", Usage: "let a user have `N` sessions at a time; one more ends the oldest; 0: no limit"},
	}
}

func runDemo(ctx context.Context, command *cli.Command) (err error) {
	users, err := site.ParseUsers(command.String("users"))
	if err != nil {
		return usagef("--users: %w", err)
	}
	if n := command.Int("max-sessions"); n < 0 {
		return usagef("--max-sessions is %d: want 0 for no limit, or how many", n)
	}
	listener, err := listen(ctx, command.String("addr"))
	if err != nil {
		return err
	}
	defer listener.Close()
	config := demoConfig(command, listener)
	b, err := openStore(ctx, command.String("store"), demoWant(command, config))
	if err != nil {
		return err
	}
	defer func() { err = errorOf(err, b.close()) }()
	if err := b.misfit(command); err != nil {
		return err
	}
	b.site.StoreKind, b.site.StorePlace = b.kind, b.place
	if b.site.Accounts == nil {
		b.site.Accounts = users
	}
	handler, err := site.New(b.useConfig(config), b.site)
	if err != nil {
		return usageError{err}
	}
	announce(command.Root().Writer, listener, b, command.String("users"))
	return serve(ctx, listener, handler, b, command.Root().ErrWriter)
}

// demoWant is what the store must know of the site.
func demoWant(command *cli.Command, config session.Config) want {
	w := foreignWant(command)
	w.create = true
	w.site = &siteWant{app: config.App, keyFile: command.String("keys"), maxStale: durationOf(command, "max-stale")}
	return w
}

// misfit is an error for flags that say nothing to this kind of sessions.
func (b *backend) misfit(command *cli.Command) error {
	framework := b.site.Framework.Name
	switch {
	case framework != "" && command.IsSet("idle"):
		return usagef("--idle: %s has no such limit; --lifetime is how long its sessions last", framework)
	case framework != "" && command.IsSet("max-sessions"):
		return usagef("--max-sessions: %s", b.site.NoList)
	case b.foreign.cache == nil && command.IsSet("cache"):
		return errCache
	case framework == "" && command.IsSet("secret-file"):
		return usagef("--secret-file is for Flask's and Django's sessions; for %s and %s give --keys", cookieForm, jwtForm)
	case framework != "" && command.IsSet("keys"):
		return usagef("--keys is for %s and %s; %s's SECRET_KEY is given by --secret-file or in %s", cookieForm, jwtForm, framework, secretVariable)
	case b.site.Accounts != nil && command.IsSet("users"):
		return usagef("--users: %s's own users sign in, those in auth_user", framework)
	}
	return nil
}

// demoConfig is all that a site has to say of its sessions.
func demoConfig(command *cli.Command, listener net.Listener) session.Config {
	return session.Config{
		App: "coatcheck-demo",
		Limits: session.Limits{
			Idle:     durationOf(command, "idle"),
			Lifetime: durationOf(command, "lifetime"),
		},
		MaxPerSubject: command.Int("max-sessions"),
		// Without TLS, browsers keep no Secure cookie. That is for this
		// machine alone, and the Manager sees to it.
		Cookie: session.Cookie{InsecureLoopback: isLoopback(listener)},
		Logger: slog.New(slog.NewTextHandler(command.Root().ErrWriter, &slog.HandlerOptions{Level: slog.LevelWarn})),
	}
}

func listen(ctx context.Context, addr string) (net.Listener, error) {
	if _, _, err := net.SplitHostPort(addr); err != nil {
		return nil, usagef("--addr %q: want HOST:PORT, such as %s", addr, defaultAddr)
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("%s is in use by another program: stop that one, or try --addr 127.0.0.1:0 for a free port", addr)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: choose another address with --addr", err)
	}
	return listener, nil
}

func isLoopback(listener net.Listener) bool {
	addr, ok := listener.Addr().(*net.TCPAddr)
	return ok && addr.IP.IsLoopback()
}

// announce tells the visitor where to go. Passwords are shown only if they are
// those that everybody knows.
func announce(out io.Writer, listener net.Listener, b *backend, users string) {
	fmt.Fprintf(out, "Listening on http://%s\n", listener.Addr())
	fmt.Fprintf(out, "Sessions are kept in %s\n", b.place)
	fmt.Fprintln(out, b.whoCanSignIn(users))
	if !isLoopback(listener) && b.config == nil {
		fmt.Fprintln(out, "Cookies are Secure: put TLS in front, for browsers won't keep them over plain http")
	}
	for _, line := range []string{b.site.NoList, b.advice} {
		if line != "" {
			fmt.Fprintln(out, line)
		}
	}
	if b.keys != nil {
		fmt.Fprintln(out, "After a change of the keys send SIGHUP, and they are read again")
	}
	if b.lasts {
		fmt.Fprintln(out, "Stop with Ctrl-C; start it again and you are still signed in")
	} else {
		fmt.Fprintln(out, "Stop with Ctrl-C; all sessions end with it")
	}
}

func (b *backend) whoCanSignIn(users string) string {
	if _, ours := b.site.Accounts.(site.Users); !ours {
		return "Sign in as one of " + b.site.Framework.Name + "'s own users"
	}
	if users == defaultUsers {
		return "Sign in as alice with the password wonderland, or as bob with builder"
	}
	return "Sign in as one of the users you gave with --users"
}

const (
	sweepEvery = time.Hour
	patience   = 10 * time.Second // for requests under way at the end
)

// serve serves until ctx is done, then lets requests under way end.
func serve(ctx context.Context, listener net.Listener, handler http.Handler, b *backend, errs io.Writer) error {
	var upkeep sync.WaitGroup
	defer upkeep.Wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if b.store != nil {
		upkeep.Go(func() {
			_ = session.SweepEvery(ctx, b.store, sweepEvery, func(err error) {
				fmt.Fprintf(errs, "coatcheck: sweep: %v\n", err)
			})
		})
	}
	if b.reload != nil {
		upkeep.Go(func() { reloadKeys(ctx, b.reload, errs) })
	}
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       15 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       2 * time.Minute,
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
		return shutdown(server)
	}
}

// reloadKeys reads the keys again at each SIGHUP, until ctx is done.
func reloadKeys(ctx context.Context, reload func() error, errs io.Writer) {
	hangups := make(chan os.Signal, 1)
	signal.Notify(hangups, syscall.SIGHUP)
	defer signal.Stop(hangups)
	for {
		select {
		case <-ctx.Done():
			return
		case <-hangups:
			if err := reload(); err != nil {
				fmt.Fprintf(errs, "coatcheck: the keys stay as they were: %v\n", err)
			} else {
				fmt.Fprintln(errs, "coatcheck: the keys were read again")
			}
		}
	}
}

func shutdown(server *http.Server) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	err := server.Shutdown(ctx)
	return errorOf(err, server.Close())
}

// errorOf returns the first error: what comes after it is mostly a consequence.
func errorOf(first, then error) error { return cmp.Or(first, then) }
