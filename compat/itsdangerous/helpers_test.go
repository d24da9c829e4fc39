package itsdangerous

import (
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"errors"
	"hash"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

const testKey = "test-secret-key-0123456789"

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

func timed(tb testing.TB, o Options, keys ...string) *URLSafeTimedSerializer {
	tb.Helper()
	if o.Now == nil {
		o.Now = clock(at)
	}
	if keys == nil {
		keys = []string{testKey}
	}
	return must[*URLSafeTimedSerializer](tb)(NewURLSafeTimedSerializer(keys, o))
}

// A vector is a line of testdata/vectors.tsv.
type vector struct {
	name, data, token string
	o                 Options
	at                time.Time
	timed             bool
}

func vectors(tb testing.TB) (all []vector) {
	tb.Helper()
	for line := range strings.Lines(string(must[[]byte](tb)(os.ReadFile("testdata/vectors.tsv")))) {
		if line[0] == '#' {
			continue
		}
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		v := vector{name: f[0] + " " + f[1], data: f[5], token: f[6], timed: f[4] != ""}
		v.o = Options{Salt: f[2], KeyDerivation: KeyDerivation(f[3]), Digest: digestOf(f[1])}
		if v.timed {
			v.at = time.Unix(must[int64](tb)(strconv.ParseInt(f[4], 10, 64)), 0).UTC()
			v.o.Now = clock(v.at)
		}
		all = append(all, v)
	}
	if len(all) < 30 {
		tb.Fatal("testdata lacks vectors")
	}
	return all
}

func digestOf(name string) func() hash.Hash {
	switch {
	case strings.HasSuffix(name, "sha256"):
		return sha256.New
	case strings.HasSuffix(name, "sha512"):
		return sha512.New
	}
	return sha1.New
}

// safe checks that an error tells nothing of a token, a key or data.
func safe(tb testing.TB, err error, secrets ...string) {
	tb.Helper()
	for _, s := range append(secrets, testKey) {
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
