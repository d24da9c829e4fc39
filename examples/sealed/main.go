// Program sealed keeps sessions in encrypted cookies, with keys from a file and
// small records by which a logout holds for copies of a cookie as well.
//
//	go run ./examples/sealed shop.keys
//
// and open http://127.0.0.1:8080. The key file is made if there is none. To change
// the key while the program runs:
//
//	go run ./cmd/coatcheck keys rotate shop.keys
//	kill -HUP $(pgrep sealed)
package main

import (
	"errors"
	"io/fs"
	"log"
	"net/http"
	"os"
	"os/signal"
	"syscall"

	"github.com/coatcheck-go/session/keyring"
	"github.com/coatcheck-go/session/memstore"
)

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: sealed KEYFILE")
	}
	ring, err := openKeys(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	go reloadOnHangup(ring)
	site, err := newSite(ring, memstore.New(memstore.Options{}))
	if err != nil {
		log.Fatal(err)
	}
	log.Print("http://127.0.0.1:8080")
	log.Fatal(http.ListenAndServe("127.0.0.1:8080", site))
}

// openKeys reads a key file, which it makes first if there is none.
func openKeys(path string) (*keyring.Ring, error) {
	if err := keyring.NewFile(path); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	return keyring.File(path)
}

// reloadOnHangup reads the keys again at each SIGHUP.
func reloadOnHangup(ring *keyring.Ring) {
	hangups := make(chan os.Signal, 1)
	signal.Notify(hangups, syscall.SIGHUP)
	for range hangups {
		if err := ring.Reload(); err != nil {
			log.Print("the keys are as before: ", err)
			continue
		}
		log.Print("sealing with key ", ring.First().ID())
	}
}
