package django

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/compat/python"
)

// What is stored is told in its order, with Django's own keys, and is left alone though the
// password has changed.
func TestDecoded(t *testing.T) {
	const json = `{"b":[1,2.0],"_auth_user_id":"7","_auth_user_backend":"` + modelBackend + `","_auth_user_hash":"old","_session_expiry":60}`
	d := newDB(t, Options{UserPassword: passwords{"7": "new"}.get})
	key := d.put(json)
	dict := must[*python.Dict](t)(d.e.Decoded(t.Context(), key))
	var keys []string
	for k := range dict.All() {
		keys = append(keys, fmt.Sprint(k))
	}
	if b, _ := dict.Get("b"); !slices.Equal(keys, []string{"b", userKey, backendKey, hashKey, expiryKey}) || fmt.Sprint(b) != "[1 2]" {
		t.Errorf("%v, %v", keys, b)
	}
	if got := d.dict(key); got != json {
		t.Error(got)
	}
	d.set(key, "{}")
	check(t, d.kv.Delete(t.Context(), key))
	_, err := d.e.Decoded(t.Context(), key)
	wantErr(t, "gone", err, session.ErrNotFound)
	_, err = d.e.Decoded(t.Context(), "abc")
	wantErr(t, "no key", err, session.ErrMalformed)
	check(t, d.kv.Add(t.Context(), key, "secret", 1<<40))
	if _, err = d.e.Decoded(t.Context(), key); strings.Contains(fmt.Sprint(err), "secret") {
		t.Error(err)
	}
	wantErr(t, "damaged", err, session.ErrBroken)
}

func TestDecoded_Cookie(t *testing.T) {
	e := newEngine(t, Options{})
	dict := must[*python.Dict](t)(e.Decoded(t.Context(), e.form.seal([]byte(`{"a":1}`), captured)))
	if a, _ := dict.Get("a"); a != int64(1) {
		t.Errorf("%v", a)
	}
	_, err := e.Decoded(t.Context(), "x:y:z")
	wantErr(t, "not signed", err, session.ErrBroken)
}
