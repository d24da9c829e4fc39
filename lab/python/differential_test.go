package main

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/coatcheck-go/session/compat/djangosigning"
	"github.com/coatcheck-go/session/compat/itsdangerous"
	"github.com/coatcheck-go/session/lab/python/peer"
)

// values is how many values go each way, for each package.
const values = 2000

// kinds are all that is compared, by package.
func kinds() map[string][]peer.Setup {
	all := map[string][]peer.Setup{}
	for _, derivation := range []string{"django-concat", "concat", "hmac", "none"} {
		for _, digest := range []string{"sha1", "sha256"} {
			for _, ascii := range []bool{false, true} {
				all["itsdangerous"] = append(all["itsdangerous"], peer.Setup{
					Kind: "itsdangerous", Key: "s\u00e9cret key, not that long", Salt: "s\u00e4lt", Derivation: derivation, Digest: digest, ASCII: ascii,
				})
			}
		}
	}
	for _, compress := range []bool{false, true} {
		all["django"] = append(all["django"], peer.Setup{Kind: "django", Key: "s\u00e9cret key", Salt: "s\u00e4lt", Compress: compress})
	}
	return all
}

// eachSetup runs test n times, with the setups of each package in turn.
func eachSetup(t *testing.T, n int, test func(*testing.T, *peer.Peer, peer.Setup, *rand.Rand)) {
	t.Helper()
	p := start(t)
	for name, setups := range kinds() {
		t.Run(name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(1, uint64(n))) //nolint:gosec // n is positive
			for i := range n {
				s := setups[i%len(setups)]
				s.Now = r.Int64N(1 << (1 + r.IntN(37))) // to the year 6325
				test(t, p, s, r)
				if t.Failed() {
					t.Fatalf("value %d of %+v", i, s)
				}
			}
		})
	}
}

func start(t *testing.T) *peer.Peer {
	t.Helper()
	p, err := peer.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		// The test's context ended the process.
		_ = p.Close()
	})
	versions, err := p.Versions()
	if err != nil {
		t.Fatal(err)
	}
	t.Log(versions)
	return p
}

func goTool(t *testing.T, s peer.Setup) tool {
	t.Helper()
	u, err := newTool(s)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// Python loads what Go dumped, dumps it, and it is the same JSON; even the same
// token, unless the two sides compressed in different ways.
func TestGoToPythonAndBack(t *testing.T) {
	same := 0
	eachSetup(t, values, func(t *testing.T, p *peer.Peer, s peer.Setup, r *rand.Rand) {
		u := goTool(t, s)
		token, err := u.Dumps(value(r, 4))
		if err != nil {
			t.Fatal(err)
		}
		again, err := p.Again(s, token)
		if err != nil || again.Error != "" {
			t.Fatalf("Python refused %s: %s %v", token, again.Error, err)
		}
		same += compareTokens(t, u, token, again.Token)
	})
	if same < values {
		t.Errorf("only %d tokens were the same", same)
	}
}

// Go loads what Python dumped, dumps it, and it is the same; and Python loads that.
func TestPythonToGoAndBack(t *testing.T) {
	same := 0
	eachSetup(t, values, func(t *testing.T, p *peer.Peer, s peer.Setup, r *rand.Rand) {
		u := goTool(t, s)
		made, err := p.Random(s, r.IntN(1<<31))
		if err != nil {
			t.Fatal(err)
		}
		var v any
		if _, err := u.LoadsWithin(made.Token, 0, &v); err != nil {
			t.Fatalf("%s: %v", made.Token, err)
		}
		token, err := u.Dumps(v)
		if err != nil {
			t.Fatal(err)
		}
		same += compareTokens(t, u, made.Token, token)
		if again, err := p.Again(s, token); err != nil || again.Error != "" {
			t.Fatalf("Python refused %s: %s %v", token, again.Error, err)
		}
	})
	if same < values {
		t.Errorf("only %d tokens were the same", same)
	}
}

// compareTokens compares what the tokens hold, and returns 1 if they are the same.
func compareTokens(t *testing.T, u tool, a, b string) int {
	t.Helper()
	dataA, atA, errA := u.Open(a)
	dataB, atB, errB := u.Open(b)
	if errA != nil || errB != nil || !atA.Equal(atB) || !bytes.Equal(dataA, dataB) {
		t.Errorf("%s, %v, %v\n%s, %v, %v", dataA, atA, errA, dataB, atB, errB)
	}
	if a == b {
		return 1
	}
	if !strings.HasPrefix(a, ".") && !strings.HasPrefix(b, ".") {
		t.Errorf("neither is compressed:\n%s\n%s", a, b)
	}
	return 0
}

// Both sides take or refuse the same forgeries, and take them for the same.
func TestForgeries(t *testing.T) {
	taken := 0
	eachSetup(t, values, func(t *testing.T, p *peer.Peer, s peer.Setup, r *rand.Rand) {
		u := goTool(t, s)
		token, err := u.Dumps(text(r))
		if err != nil {
			t.Fatal(err)
		}
		forged := forge(r, token)
		again, err := p.Again(s, forged)
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = u.Open(forged)
		if (err == nil) != (again.Error == "") {
			t.Errorf("%s\n%s: Go says %v, Python %q", token, forged, err, again.Error)
		}
		if err == nil && forged != token {
			compareTokens(t, u, again.Token, token)
			taken++
		}
	})
	if taken == 0 {
		t.Error("no other spelling was among the forgeries")
	}
}

// forge changes a character, mostly towards the end, where the signature is.
func forge(r *rand.Rand, token string) string {
	const chars = "ABCwxyz0189-_+/=.:, \n\u00e9"
	i := len(token) - 1 - r.IntN(len(token))
	if r.IntN(2) == 0 {
		i = len(token) - 1 - r.IntN(2)
	}
	n := 1 + r.IntN(4)
	junk := strings.Repeat(string([]rune(chars)[r.IntN(22)]), n)
	switch r.IntN(4) {
	case 0:
		return token[:i] + token[i+1:]
	case 1:
		return token[:i] + junk + token[i:]
	case 2:
		return token + junk
	}
	return token[:i] + junk[:len(junk)/n] + token[i+1:]
}

// Both sides agree on ages, to the second around the limit.
func TestAges(t *testing.T) {
	eachSetup(t, 300, func(t *testing.T, p *peer.Peer, s peer.Setup, r *rand.Rand) {
		s.Now += 10
		token, err := goTool(t, s).Dumps(1)
		if err != nil {
			t.Fatal(err)
		}
		limit := r.Int64N(4) - 1
		s.Now += r.Int64N(8) - 3
		s.MaxAge = &limit
		var v any
		_, err = goTool(t, s).LoadsWithin(token, time.Duration(limit)*time.Second, &v)
		again, errAsk := p.Again(s, token)
		if errAsk != nil {
			t.Fatal(errAsk)
		}
		var its *itsdangerous.ExpiredError
		var django *djangosigning.ExpiredError
		expired := errors.As(err, &its) || errors.As(err, &django)
		if expired != (again.Error == "SignatureExpired") || !expired && (err != nil || again.Error != "") {
			t.Errorf("limit %s: Go says %v, Python %q", strconv.FormatInt(limit, 10), err, again.Error)
		}
	})
}
