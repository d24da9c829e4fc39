package main

import (
	"crypto/sha1" //nolint:gosec // what Flask signs with
	"crypto/sha256"
	"fmt"
	"time"

	"github.com/coatcheck-go/session/compat/djangosigning"
	"github.com/coatcheck-go/session/compat/itsdangerous"
	"github.com/coatcheck-go/session/lab/python/peer"
)

// A tool is what both packages have in common.
type tool interface {
	Dumps(v any) (string, error)
	Loads(token string, v any) (time.Time, error)
	LoadsWithin(token string, maxAge time.Duration, v any) (time.Time, error)
	Open(token string) ([]byte, time.Time, error)
	Seal(data []byte) string
}

// newTool returns the Go side of s.
func newTool(s peer.Setup) (tool, error) {
	now := func() time.Time { return time.Unix(s.Now, 0) }
	switch s.Kind {
	case "itsdangerous":
		o := itsdangerous.Options{
			Salt: s.Salt, KeyDerivation: itsdangerous.KeyDerivation(s.Derivation), Digest: sha1.New, ASCII: s.ASCII, Now: now,
		}
		if s.Digest == "sha256" {
			o.Digest = sha256.New
		}
		return itsdangerous.NewURLSafeTimedSerializer([]string{s.Key}, o)
	case "django":
		return djangosigning.NewTimestampSigner(s.Key, djangosigning.Options{Salt: s.Salt, Compress: s.Compress, Now: now})
	}
	return nil, fmt.Errorf("no tool is called %q", s.Kind)
}
