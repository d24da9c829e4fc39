package django_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/compat/django"
	"github.com/coatcheck-go/session/compat/django/djangostore"
	"github.com/coatcheck-go/session/compat/python"
	"github.com/coatcheck-go/session/kv/memkv"
)

// newSite is a site's engine and Manager. The backend is in earnest a table of djangostore.
func newSite() (*django.Engine, *session.Manager) {
	engine, err := django.New(django.Options{SecretKeys: []string{"a key of some length"}, Backend: memkv.New()})
	if err != nil {
		log.Fatal(err)
	}
	manager, err := session.New(engine.Config(session.Config{}))
	if err != nil {
		log.Fatal(err)
	}
	return engine, manager
}

// A job works with sessions as Django's SessionStore does outside of views.
func ExampleEngine_outside() {
	ctx := context.Background()
	_, manager := newSite()

	s := manager.New(ctx) // SessionStore()
	if err := errors.Join(s.Set("last_login", 1376587691), s.ExpireAfter(time.Hour), s.Save()); err != nil {
		log.Fatal(err)
	}
	key := s.Token() // s.session_key; prints as (hidden)

	again, err := manager.Open(ctx, key) // SessionStore(session_key=key)
	if err != nil {
		log.Fatal(err)
	}
	at, _ := session.Get[int](again, "last_login")
	age, _ := again.ExpiryAge()                     // get_expiry_age()
	date, _ := again.ExpiryDate()                   // get_expiry_date()
	closes, _ := again.ExpiresAtBrowserClose()      // get_expire_at_browser_close()
	exists, _ := manager.Exists(ctx, key)           // exists(key)
	err = errors.Join(again.Rotate(), again.Save()) // cycle_key()
	fmt.Println(at, age.Round(time.Minute), time.Until(date).Round(time.Minute), closes, exists, err)

	err = manager.End(ctx, again.Token()) // delete(key)
	exists, _ = manager.Exists(ctx, again.Token())
	fmt.Println(exists, err)
	// Output:
	// 1376587691 1h0m0s 1h0m0s false true <nil>
	// false <nil>
}

// What a row holds, as it stands: Session.objects.get(pk=key).get_decoded().
func ExampleEngine_Decoded() {
	ctx := context.Background()
	engine, manager := newSite()
	s := manager.New(ctx)
	if err := errors.Join(s.Set("cart", []string{"tea"}), s.ExpireAtBrowserClose(), s.Save()); err != nil {
		log.Fatal(err)
	}
	row, err := engine.Decoded(ctx, s.Token().Reveal())
	if err != nil {
		log.Fatal(err)
	}
	for key, value := range row.All() {
		fmt.Println(key, value)
	}
	// Output:
	// cart [tea]
	// _session_expiry 0
}

// The text of a row that came another way, from a dump for instance.
func ExampleSigner_Loads() {
	signer, err := django.NewSigner(django.Options{SecretKeys: []string{"test-secret-key-0123456789"}})
	if err != nil {
		log.Fatal(err)
	}
	row, err := signer.Loads([]byte("eyJhIjoxfQ:1r31eq:-erKf6X8XuUqGwrV8KEYexjqNCph05oz8-C135MZMYM")) // session_data
	if err != nil {
		log.Fatal(err)
	}
	a, _ := row.Get("a")
	fmt.Println(a)
	// Output: 1
}

// A site whose SESSION_SERIALIZER is a class of its own, which puts a mark before the JSON.
func ExampleFunctions() {
	mark := []byte("v1 ")
	serializer := django.Functions{
		DumpsFunc: func(d *python.Dict) ([]byte, error) {
			data, err := django.JSON.Dumps(d)
			return append(bytes.Clone(mark), data...), err
		},
		LoadsFunc: func(data []byte) (*python.Dict, error) {
			data, ok := bytes.CutPrefix(data, mark)
			if !ok {
				return nil, errors.New("a session without a mark")
			}
			return django.JSON.Loads(data)
		},
	}
	d := &python.Dict{}
	d.Set("a", 1)
	data, err := serializer.Dumps(d)
	fmt.Println(string(data), err)
	again, err := serializer.Loads(data)
	a, _ := again.Get("a")
	fmt.Println(a, err)

	_, err = django.New(django.Options{SecretKeys: []string{"a key of some length"}, Serializer: serializer})
	fmt.Println(err)
	// Output:
	// v1 {"a":1} <nil>
	// 1 <nil>
	// <nil>
}

// What "manage.py clearsessions" does, in small steps and without Django: run it as a job.
func Example_clearExpired() {
	ctx := context.Background()
	path, err := os.MkdirTemp("", "sessions") // SESSION_FILE_PATH
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(path)
	folder, err := djangostore.OpenFolder(path, djangostore.FolderOptions{}) // or a Table
	if err != nil {
		log.Fatal(err)
	}
	for i := range 3 {
		key := strings.Repeat(strconv.Itoa(i), 32)
		if err := folder.Add(ctx, key, "what Django left", time.Hour); err != nil {
			log.Fatal(err)
		}
	}
	longAgo := time.Now().AddDate(0, 0, -15)
	_ = os.Chtimes(path+"/sessionid"+strings.Repeat("1", 32), longAgo, longAgo)

	const batch = 1000
	for {
		n, err := folder.Sweep(ctx, batch)
		fmt.Println(n, err)
		if err != nil || n < batch {
			break
		}
	}
	// Output: 1 <nil>
}
