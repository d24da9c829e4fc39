package djangosigning

import (
	"crypto/sha1"
	"errors"
	"hash"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

const (
	testKey = "test-secret-key-0123456789"
	oldKey  = "old-secret-key-111"
)

// at is the clock of the captured tokens.
var at = time.Unix(1700000000, 0).UTC()

func clock(t time.Time) func() time.Time { return func() time.Time { return t } }

func sameDigest(h hash.Hash) func() hash.Hash { return func() hash.Hash { return h } }

func must[T any](tb testing.TB) func(T, error) T {
	return func(v T, err error) T {
		tb.Helper()
		if err != nil {
			tb.Fatal(err)
		}
		return v
	}
}

func timed(tb testing.TB, key string, o Options) *TimestampSigner {
	tb.Helper()
	if o.Now == nil {
		o.Now = clock(at)
	}
	return must[*TimestampSigner](tb)(NewTimestampSigner(key, o))
}

// A vector is a line of testdata/vectors.tsv.
type vector struct {
	name, kind, data, token, key string
	o                            Options
	at                           time.Time
}

// vectors returns those of one kind: "sha1", "pre31", or all others.
func vectors(tb testing.TB, kind string) (all []vector) {
	tb.Helper()
	for line := range strings.Lines(string(must[[]byte](tb)(os.ReadFile("testdata/vectors.tsv")))) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if line[0] == '#' || kindOf(f[1]) != kind {
			continue
		}
		v := vector{name: f[0] + " " + f[1], kind: f[1], data: f[4], token: f[5], key: testKey}
		v.o = optionsOf(f[1])
		v.o.Salt = f[2]
		if f[3] != "" {
			v.at = time.Unix(must[int64](tb)(strconv.ParseInt(f[3], 10, 64)), 0).UTC()
			v.o.Now = clock(v.at)
		}
		if f[1] == "fallback" {
			v.key = oldKey
		}
		all = append(all, v)
	}
	if len(all) == 0 {
		tb.Fatalf("testdata lacks vectors of kind %q", kind)
	}
	return all
}

func kindOf(what string) string {
	if what == "sha1" || what == "pre31" {
		return what
	}
	return ""
}

func optionsOf(what string) Options {
	switch what {
	case "sha1":
		return Options{Compress: true, Digest: sha1.New}
	case "messages":
		return Options{Compress: true, KeyPrefix: CookieKeyPrefix}
	}
	return Options{Compress: true}
}

// safe checks that an error tells nothing of a token, a key or data.
func safe(tb testing.TB, err error, secrets ...string) {
	tb.Helper()
	for _, s := range append(secrets, testKey, oldKey) {
		if s != "" && strings.Contains(err.Error(), s) {
			tb.Errorf("the error tells a secret: %v", err)
		}
	}
}

// known checks that an error is one of this package's.
func known(tb testing.TB, err error) {
	tb.Helper()
	if !errors.Is(err, ErrBadSignature) && !errors.Is(err, ErrBadPayload) {
		tb.Errorf("not an error of this package: %v", err)
	}
}
