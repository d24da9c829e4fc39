// Command servers runs a PostgreSQL, a MariaDB, a Redis and a memcached of its own, in
// temporary folders, until its input ends. It prints their addresses as JSON.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"

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
	for name, start := range starts {
		server, err := start()
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		defer func() { _ = server.Close() }()
		addresses[name] = server.Address()
	}
	if err := json.NewEncoder(out).Encode(addresses); err != nil {
		return err
	}
	_, err := io.Copy(io.Discard, in)
	return err
}
