package session

import (
	"bytes"
	"encoding/base64"
	"errors"
	"testing"
)

// Without a session there is no secret that a token could be made of: one that anybody
// can reckon is refused.
func TestMB17_NoTokenFitsNoSession(t *testing.T) {
	m, err := New(Config{Store: mapStore{}})
	if err != nil {
		t.Fatal(err)
	}
	forged := base64.RawURLEncoding.EncodeToString(append(bytes.Repeat([]byte{0}, csrfSize), csrfBase("")...))
	if !csrfFits(forged, "") {
		t.Fatal("the test's token is no good")
	}
	if err := m.New(t.Context()).CheckCSRF(forged); !errors.Is(err, ErrForbidden) {
		t.Errorf("error %v", err)
	}
}
