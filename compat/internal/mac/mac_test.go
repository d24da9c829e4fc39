package mac

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"sync"
	"testing"
)

// RFC 4231, test case 1.
const (
	rfcKey  = "\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b"
	rfcMAC  = "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
	rfcText = "Hi There"
)

func TestConcurrentUse(t *testing.T) {
	k, err := New(sha256.New, func() []byte { return []byte(rfcKey) })
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 100 {
				if got := hex.EncodeToString(Append(k, []byte("x"), rfcText)); got != "78"+rfcMAC {
					t.Error(got)
				}
				Append(k, nil, "something else")
			}
		})
	}
	wg.Wait()
	if got := hex.EncodeToString(HMAC(sha256.New, rfcKey, rfcText)); got != rfcMAC {
		t.Error(got)
	}
}

func TestRefusedDigest(t *testing.T) {
	one := sha256.New()
	for name, digest := range map[string]func() hash.Hash{
		"none":            nil,
		"always the same": func() hash.Hash { return one },
	} {
		if k, err := New(digest, func() []byte { return nil }); err == nil || k != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
