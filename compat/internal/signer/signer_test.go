package signer

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/coatcheck-go/session/compat/internal/mac"
)

// What both formats need is tested with each; here is what only this package knows of.

var (
	errSignature = errors.New("signature")
	errPayload   = errors.New("payload")
)

func newSigner(tb testing.TB) *Signer {
	tb.Helper()
	f := &Format{
		Name:         "test",
		AppendTime:   func(dst []byte, at time.Time) []byte { return fmt.Append(dst, at.Unix()) },
		ReadTime:     func(string) (time.Time, bool) { return time.Unix(7, 0), true },
		BadSignature: errSignature, BadPayload: errPayload,
	}
	k, err := f.Key("secret", sha256.New, func() []byte { return []byte("a key as long as FIPS wants it") })
	if err != nil {
		tb.Fatal(err)
	}
	return &Signer{Format: f, Keys: []*mac.Key{k}, Separator: ".", MaxInflated: 1 << 20, Now: time.Now}
}

// Tokens are made in buffers that are used again, whichever goroutine had them before.
func TestConcurrentUse(t *testing.T) {
	s := newSigner(t)
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			for n := range 200 {
				data := bytes.Repeat([]byte{byte(g)}, n)
				token := s.SealAt(data, time.Unix(7, 0))
				s.Sign("something else")
				if got, _, err := s.OpenAt(token); err != nil || !bytes.Equal(got, data) {
					t.Errorf("%d bytes of %d: %v", n, g, err)
				}
			}
		})
	}
	wg.Wait()
}

func TestLargeTokens(t *testing.T) {
	s := newSigner(t)
	for _, n := range []int{maxKept / 2, maxKept, 4 * maxKept} {
		data := bytes.Repeat([]byte("x"), n)
		if got, err := s.Open(s.Seal(data)); err != nil || !bytes.Equal(got, data) {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
}

func TestKey(t *testing.T) {
	f := &Format{Name: "test"}
	derive := func() []byte { return nil }
	if k, err := f.Key("", sha256.New, derive); err == nil || k != nil || err.Error() != "test: a key is empty" {
		t.Errorf("an empty secret: %v", err)
	}
	if k, err := f.Key("x", nil, derive); err == nil || k != nil {
		t.Error("no digest is taken")
	}
}
