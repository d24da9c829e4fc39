package site

import (
	"testing"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/keyring"
	"github.com/coatcheck-go/session/memstore"
	"github.com/coatcheck-go/session/sealed"
)

// cookieServer serves sessions that are in the cookie, with records in a store or
// without.
func cookieServer(t *testing.T, records session.Store) string {
	t.Helper()
	ring, err := keyring.New(keyring.Generate())
	if err != nil {
		t.Fatal(err)
	}
	engine, err := sealed.New(ring, sealed.Options{Records: records})
	if err != nil {
		t.Fatal(err)
	}
	noList := ""
	if records == nil {
		noList = "keeps no record, as cookie:sqlite: does; good until it expires"
	}
	return newServerWith(t, session.Config{Engine: engine},
		Options{StoreKind: "cookie", StorePlace: "the cookie", ClientSide: true, NoList: noList})
}

// Where nothing can be revoked the pages and the API say so.
func TestCookieWithoutRecords(t *testing.T) {
	v := newVisitor(t, cookieServer(t, nil))
	v.call("POST", "/api/login", credentials).is(t, 204)
	v.call("POST", "/api/session/incr/n", "").is(t, 200)
	v.get("/").shows(t, "Logged in as alice", "the cookie")
	v.get("/devices").is(t, 200).shows(t, "keeps no record", "cookie:sqlite:").hides(t, "end-others")
	v.get("/api/devices").problem(t, 501).shows(t, "good until it expires")
	v.call("POST", "/api/devices/end-others", "").problem(t, 501)
	v.call("DELETE", "/api/devices/AAAAAAAAAAAAAAAA", "").problem(t, 501)
	v.get("/inside").is(t, 200).shows(t, "a copy of it stays good", "sealed").hides(t, "SHA-256", "256 random bits")
	saved := v.cookie()
	v.call("POST", "/api/logout", "").is(t, 204)
	v.get("/api/session").shows(t, `"authenticated":false`)
	if saved == "" {
		t.Fatal("no cookie")
	}
}

// With records in a store all works as if the sessions were there.
func TestCookieWithRecords(t *testing.T) {
	base := cookieServer(t, memstore.New(memstore.Options{}))
	one, two := newVisitor(t, base), newVisitor(t, base)
	one.call("POST", "/api/login", credentials).is(t, 204)
	two.call("POST", "/api/login", credentials).is(t, 204)
	one.get("/devices").is(t, 200).shows(t, "this device", "end-others").hides(t, "keeps no record")
	one.get("/inside").shows(t, "none of the values")
	one.call("POST", "/api/devices/end-others", "").is(t, 204)
	two.get("/api/session").shows(t, `"authenticated":false`)
	one.get("/api/session").shows(t, `"authenticated":true`)
}
