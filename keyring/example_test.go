package keyring_test

import (
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/coatcheck-go/session/keyring"
)

// A fresh key in front seals from now on; the former one still opens.
func Example() {
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)

	path := filepath.Join(dir, "shop.keys")
	if err := keyring.NewFile(path); err != nil {
		log.Fatal(err)
	}
	ring, err := keyring.File(path)
	if err != nil {
		log.Fatal(err)
	}
	former := ring.First()
	if err := errors.Join(keyring.RotateFile(path, -1), ring.Reload()); err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(ring.Keys()), ring.First() == former, ring.Find(former.ID()) == former)
	fmt.Println(ring)
	// Output:
	// 2 false true
	// (hidden)
}
