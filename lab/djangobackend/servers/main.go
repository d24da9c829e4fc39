// Command servers runs a PostgreSQL, a MariaDB, a Redis and a memcached of its own, in
// temporary folders, until its input ends. It prints their addresses as JSON.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"

	"github.com/coatcheck-go/session/lab/internal/servers"
)

// starts are by the names that kinds.py has.
var starts = map[string]func() (*servers.Server, error){
	"postgresql": servers.Postgres,
	"mysql":      servers.MariaDB,
	"redis":      func() (*servers.Server, error) { return servers.Redis() },
	"memcached":  servers.Memcached,
}

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "servers:", err)
		os.Exit(1)
	}
}

func run(in io.Reader, out io.Writer) error {
	addresses := map[string]string{}
	running, err := startAll()
	for name, server := range running {
		defer func() { _ = server.Close() }()
		addresses[name] = server.Address()
	}
	if err == nil {
		err = json.NewEncoder(out).Encode(addresses)
	}
	if err == nil {
		_, err = io.Copy(io.Discard, in)
	}
	return err
}

// startAll starts them all at once. With an error it returns those that did start.
func startAll() (running map[string]*servers.Server, err error) {
	running = map[string]*servers.Server{}
	var mu sync.Mutex
	var wg sync.WaitGroup
	for name, start := range starts {
		wg.Go(func() {
			server, startErr := start()
			mu.Lock()
			defer mu.Unlock()
			if startErr != nil {
				err = errors.Join(err, fmt.Errorf("%s: %w", name, startErr))
				return
			}
			running[name] = server
		})
	}
	wg.Wait()
	return running, err
}
