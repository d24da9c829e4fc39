package filestore_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/filestore"
)

func Example() {
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)

	store, err := filestore.Open(filepath.Join(dir, "sessions"), filestore.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer store.Close()

	ctx := context.Background()
	rec := session.Record{Data: "three apples", Subject: "alice", Expires: time.Now().Add(time.Hour)}
	if _, err := store.Create(ctx, "a key", rec); err != nil {
		log.Fatal(err)
	}
	n, err := session.DeleteBySubject(ctx, store, "alice")
	fmt.Println(n, err)
	// Output: 1 <nil>
}
