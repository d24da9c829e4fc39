package sealed_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/keyring"
	"github.com/coatcheck-go/session/memstore"
	"github.com/coatcheck-go/session/sealed"
)

// TestR5_KeysComeAndGo: a fresh key in front signs nobody out, and the next response seals
// by it; the old one's removal signs out who wasn't back.
func TestR5_KeysComeAndGo(t *testing.T) {
	for name, o := range map[string]sealed.Options{
		"encrypted": {}, "signed": {SignedOnly: true}, "records": {Records: memstore.New(memstore.Options{})},
	} {
		t.Run(name, func(t *testing.T) {
			old, fresh := keyring.Generate(), keyring.Generate()
			secrets := [][]byte{old}
			ring, err := keyring.Func(func() ([][]byte, error) { return secrets, nil })
			check(t, err)
			s := newSite(t, ring, o)
			show := func(w http.ResponseWriter, ss *session.Session) {
				subject, err := ss.Subject()
				fmt.Fprint(w, subject, err)
			}
			back, away := s.login("alice"), s.login("bob")
			if set, body := s.request(back, show); set != "" || body != "alice<nil>" {
				t.Errorf("before: cookie %q, body %s", set.Reveal(), body)
			}
			secrets = [][]byte{fresh, old}
			check(t, ring.Reload())
			renewed, body := s.request(back, show)
			if renewed == "" || body != "alice<nil>" {
				t.Fatalf("fresh key: cookie %q, body %s", renewed.Reveal(), body)
			}
			if set, _ := s.request(renewed, show); set != "" {
				t.Error("sealed anew a second time")
			}
			secrets = [][]byte{fresh}
			check(t, ring.Reload())
			if !s.live(renewed) || s.live(back) || s.live(away) {
				t.Errorf("old key gone: renewed %v, not renewed %v, away %v", s.live(renewed), s.live(back), s.live(away))
			}
		})
	}
}

// TestR5_NewSessionsGetTheFirstKey takes every order of three keys.
func TestR5_NewSessionsGetTheFirstKey(t *testing.T) {
	keys := [][]byte{keyring.Generate(), keyring.Generate(), keyring.Generate()}
	for _, order := range [][3]int{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}} {
		ring, err := keyring.New(keys[order[0]], keys[order[1]], keys[order[2]])
		check(t, err)
		token := newSite(t, ring, sealed.Options{}).login("alice")
		for n, key := range keys {
			alone, err := keyring.New(key)
			check(t, err)
			if live := newSite(t, alone, sealed.Options{}).live(token); live != (n == order[0]) {
				t.Errorf("order %v: key %d opens it: %v", order, n, live)
			}
		}
	}
}
