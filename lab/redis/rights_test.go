package redis

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/redis/rueidis"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/kv"
	"github.com/coatcheck-go/session/kv/kvtest"
	"github.com/coatcheck-go/session/lab/internal/servers"
	"github.com/coatcheck-go/session/storetest"
)

// A user who may do no more than the documentation says can do all that a store does,
// over TLS.
func TestRights(t *testing.T) {
	t.Parallel() // it waits for times to pass
	o := startTLS(t)
	do(t, newClient(t, o), rights(t)...)
	o.Username, o.Password = "coatcheck", "password"
	client := newClient(t, o)
	if err := client.Do(t.Context(), client.B().Arbitrary("CONFIG", "GET", "maxmemory").Build()).Error(); err == nil {
		t.Error("the user may do more")
	}
	newPrefix := func() string { return "coatcheck:" + newPrefix() }
	must(t, newStore(t, client, "").Check(t.Context()))
	storetest.Run(t, func(t *testing.T) (a, b session.Store) {
		prefix := newPrefix()
		return newStore(t, client, prefix), newStore(t, client, prefix)
	})
	kvtest.Run(t, func(t *testing.T) (a, b kv.Store) {
		t.Parallel()
		prefix := newPrefix()
		return newKV(t, client, prefix), newKV(t, client, prefix)
	})
	_, _, err := newKV(t, client, "").GetUntil(t.Context(), "nothing")
	if !errors.Is(err, session.ErrNotFound) {
		t.Errorf("GetUntil: %v", err)
	}
	bus := newBus(t, o, "")
	l := listen(t, t.Context(), bus)
	must(t, bus.Post(t.Context(), "message"))
	if got := collect(t, l, 1)[0]; got != "message" {
		t.Errorf("message %q", got)
	}
}

// On a cluster a few more commands are needed.
func TestRightsInCluster(t *testing.T) {
	all := append(rights(t), "+cluster|slots", "+cluster|shards", "+spublish", "+ssubscribe")
	for _, address := range cluster.Addresses() { // a client may not know all replicas yet
		do(t, newClient(t, singleOption(address)), all...)
	}
	o := clusterOption()
	o.Username, o.Password = "coatcheck", "password"
	client := newClient(t, o)
	must(t, newCluster(t, client, "").Check(t.Context()))
	storetest.Run(t, func(t *testing.T) (a, b session.Store) {
		prefix := "coatcheck:" + newPrefix()
		return newCluster(t, client, prefix), newCluster(t, client, prefix)
	})
	bus := newBus(t, o, "")
	l := listen(t, t.Context(), bus)
	must(t, bus.Post(t.Context(), "message"))
	if got := collect(t, l, 1)[0]; got != "message" {
		t.Errorf("message %q", got)
	}
}

// rights returns the words of the command in the documentation that makes a user.
func rights(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile("../../redisstore/doc.go")
	must(t, err)
	lines := regexp.MustCompile(`//\tACL SETUSER.*\n(//\t\t.*\n)+`).FindString(string(text))
	words := strings.Fields(strings.ReplaceAll(lines, "//", ""))
	if len(words) < 10 {
		t.Fatalf("no rights in the documentation, but %q", words)
	}
	return words
}

// startTLS starts a server that speaks TLS, and returns the option of a client that
// may do all.
func startTLS(t *testing.T) rueidis.ClientOption {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	c := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	must(t, err)
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	must(t, err)
	server, err := servers.RedisTLS(writePEM(t, "CERTIFICATE", der), writePEM(t, "PRIVATE KEY", secret))
	must(t, err)
	t.Cleanup(func() { must(t, server.Close()) })
	c, err = x509.ParseCertificate(der)
	must(t, err)
	roots := x509.NewCertPool()
	roots.AddCert(c)
	o := singleOption(server.Address())
	o.TLSConfig = &tls.Config{RootCAs: roots, ServerName: "127.0.0.1", MinVersion: tls.VersionTLS12}
	return o
}

func writePEM(t *testing.T, kind string, der []byte) (name string) {
	t.Helper()
	name = filepath.Join(t.TempDir(), "pem")
	must(t, os.WriteFile(name, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600))
	return name
}
