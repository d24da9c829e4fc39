package jwt_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"strings"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/jwt"
	"github.com/coatcheck-go/session/memstore"
)

// A shop that keeps its sessions in JWTs, and a visitor who logs in.
func Example() {
	server := httptest.NewTLSServer(exampleShop())
	defer server.Close()
	jar, err := cookiejar.New(nil)
	exampleCheck(err)
	client := server.Client()
	client.Jar = jar

	fmt.Println(exampleGet(client, server.URL+"/login"))
	fmt.Println(exampleGet(client, server.URL+"/account"))
	keys := exampleGet(client, server.URL+"/.well-known/jwks.json")
	fmt.Println("public keys:", strings.Count(keys, `"kid"`))
	// Output:
	// welcome
	// account of alice
	// public keys: 1
}

func exampleShop() http.Handler {
	_, private, err := ed25519.GenerateKey(rand.Reader) // in earnest, jwt.ParsePEM of a file
	exampleCheck(err)
	key, err := jwt.PrivateKey(private)
	exampleCheck(err)
	engine, err := jwt.New(jwt.Options{
		Keys: []jwt.Key{key}, Issuer: "https://shop.example", Audience: "shop",
		Store: memstore.New(memstore.Options{}),
	})
	exampleCheck(err)
	sessions, err := session.New(session.Config{Engine: engine})
	exampleCheck(err)

	mux := http.NewServeMux()
	mux.Handle("/.well-known/jwks.json", engine.JWKS())
	mux.HandleFunc("/login", func(w http.ResponseWriter, r *http.Request) {
		exampleCheck(session.From(r).Login("alice"))
		_, _ = io.WriteString(w, "welcome")
	})
	mux.HandleFunc("/account", func(w http.ResponseWriter, r *http.Request) {
		who, err := session.From(r).Subject()
		exampleCheck(err)
		_, _ = fmt.Fprintf(w, "account of %s", who)
	})
	return sessions.Wrap(mux)
}

func exampleGet(client *http.Client, url string) string {
	r, err := client.Get(url)
	exampleCheck(err)
	defer func() { _ = r.Body.Close() }()
	body, err := io.ReadAll(r.Body)
	exampleCheck(err)
	return string(body)
}

func exampleCheck(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
