package djangostore_test

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/coatcheck-go/session/compat/django/djangostore"
)

// The sessions of a site with SESSION_ENGINE "django.contrib.sessions.backends.file".
func ExampleOpenFolder() {
	path, err := os.MkdirTemp("", "sessions") // SESSION_FILE_PATH
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(path)
	store, err := djangostore.OpenFolder(path, djangostore.FolderOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	const key = "ew7r4m4hj9nwa57717yxi995b51kh32k"
	const token = "eyJhIjoxfQ:1r31eq:-erKf6X8XuUqGwrV8KEYexjqNCph05oz8-C135MZMYM"
	if err := store.Add(ctx, key, token, time.Hour); err != nil {
		fmt.Println(err)
		return
	}
	content, err := os.ReadFile(path + "/sessionid" + key)
	fmt.Println(string(content), err)
	// Output: eyJhIjoxfQ:1r31eq:-erKf6X8XuUqGwrV8KEYexjqNCph05oz8-C135MZMYM <nil>
}
