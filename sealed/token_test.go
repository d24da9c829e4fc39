package sealed

import (
	"encoding/base64"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coatcheck-go/session"
)

func TestWhatIsSealedIsOpened(t *testing.T) {
	both(t, func(t *testing.T, o Options) {
		e := newEngine(t, newRing(t, secret(1)), o)
		want := sample(e)
		var got session.Snapshot
		check(t, e.Open(t.Context(), keep(t, e, want), &got))
		if text(&got) != text(&want) {
			t.Errorf("got\n%s, want\n%s", text(&got), text(&want))
		}
	})
}

// TestAddressAndBrowserStayOut: they are for lists alone.
func TestAddressAndBrowserStayOut(t *testing.T) {
	e := newEngine(t, newRing(t, secret(1)), Options{SignedOnly: true})
	s := sample(e)
	s.Address, s.UserAgent = "192.0.2.1", "Mozilla/5.0"
	var got session.Snapshot
	check(t, e.Open(t.Context(), keep(t, e, s), &got))
	if got.Address != "" || got.UserAgent != "" {
		t.Errorf("address %q, browser %q", got.Address, got.UserAgent)
	}
}

func TestR5_AnyBitFlippedIsRefused(t *testing.T) {
	both(t, func(t *testing.T, o Options) {
		e := newEngine(t, newRing(t, secret(1), secret(2)), o)
		token := keep(t, e, sample(e))
		raw, err := strict.DecodeString(token[len(prefix):])
		check(t, err)
		for bit := range 8 * len(raw) {
			flipped := append([]byte{}, raw...)
			flipped[bit/8] ^= 1 << (bit % 8)
			refused(t, e, fmt.Sprintf("bit %d", bit), prefix+strict.EncodeToString(flipped))
		}
		for bit := range 8 * len(token) {
			flipped := []byte(token)
			flipped[bit/8] ^= 1 << (bit % 8)
			refused(t, e, fmt.Sprintf("bit %d of the text", bit), string(flipped))
		}
	})
}

func TestR18_CutShortIsRefused(t *testing.T) {
	both(t, func(t *testing.T, o Options) {
		e := newEngine(t, newRing(t, secret(1)), o)
		token := keep(t, e, sample(e))
		for n := range len(token) {
			refused(t, e, fmt.Sprintf("first %d", n), token[:n])
			refused(t, e, fmt.Sprintf("last %d", n), token[len(token)-n:])
		}
		raw, _ := strict.DecodeString(token[len(prefix):])
		for n := range len(raw) {
			refused(t, e, fmt.Sprintf("%d bytes", n), prefix+strict.EncodeToString(raw[:n]))
		}
	})
}

// TestR18_AuthenticPayloadsAreStillChecked seals what no engine writes.
func TestR18_AuthenticPayloadsAreStillChecked(t *testing.T) {
	both(t, func(t *testing.T, o Options) {
		e := newEngine(t, newRing(t, secret(1)), o)
		for _, payload := range []string{"", "\x00", "\x05abc", "\x01a", "\x01a\x02", "\x01a\x01", "\x01a\x01\x05", "\x80", "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"} {
			raw, err := e.seals().seal([]byte(payload))
			check(t, err)
			refused(t, e, fmt.Sprintf("%q", payload), prefix+strict.EncodeToString(raw))
		}
	})
}

// TestR16_TokensAreGoodForOnePlace swaps them between names, applications, kinds
// and keys, also where the texts run together to the same.
func TestR16_TokensAreGoodForOnePlace(t *testing.T) {
	type situation struct {
		secret byte
		place
		o Options
	}
	all := []situation{
		{1, place{"ab", "c"}, Options{}}, {1, place{"a", "bc"}, Options{}},
		{1, place{"abc", ""}, Options{}}, {1, place{"abc", "session"}, Options{}},
		{1, place{"session", ""}, Options{}}, {1, place{"session", "shop"}, Options{}}, {2, place{"ab", "c"}, Options{}},
	}
	for _, s := range all {
		s.o.SignedOnly = true
		all = append(all, s)
	}
	for i, from := range all {
		maker := newEngineAt(t, newRing(t, secret(from.secret)), from.o, from.place)
		token := keep(t, maker, sample(maker))
		for j, to := range all {
			e := newEngineAt(t, newRing(t, secret(to.secret)), to.o, to.place)
			if i != j {
				refused(t, e, fmt.Sprintf("of %+v in %+v", from, to), token)
				continue
			}
			check(t, e.Open(t.Context(), token, &session.Snapshot{}))
		}
	}
}

// TestR16_PurposesHaveKeysOfTheirOwn makes tokens as an engine would whose purpose, or version,
// is another, with everything else alike.
func TestR16_PurposesHaveKeysOfTheirOwn(t *testing.T) {
	ring := newRing(t, secret(1))
	both(t, func(t *testing.T, o Options) {
		e := newEngine(t, ring, o)
		other := newEngine(t, ring, o)
		switch seals := other.seals().(type) {
		case *crypter:
			seals.bound[len(seals.bound)-1]++
		case *signer:
			seals.bound[len(seals.bound)-1]++
		}
		token := keep(t, other, sample(other))
		check(t, other.Open(t.Context(), token, &session.Snapshot{}))
		refused(t, e, "another purpose", token)
	})
}

// TestR6_NothingButOurFormIsRead tries the session itself, in the clear, and the forms of others.
func TestR6_NothingButOurFormIsRead(t *testing.T) {
	both(t, func(t *testing.T, o Options) {
		e := newEngine(t, newRing(t, secret(1)), o)
		s := sample(e)
		body, _ := s.AppendBinary([]byte("\x10" + s.ID))
		key := e.ring.First().ID()
		for what, token := range map[string]string{
			"nothing":          "",
			"JSON":             `{"user":"alice"}`,
			"Flask":            "eyJ1c2VyIjoiYWxpY2UifQ.aSE8zA.6q0UqJ0v4n8Zb1Wn1T5pQF5c2iY",
			"JWT":              "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbGljZSJ9.",
			"a server's token": session.NewServerEngine(nil, "").NewID(),
			"the payload":      prefix + strict.EncodeToString(body),
			"with a head":      prefix + strict.EncodeToString(append(append([]byte{e.seals().version()}, key[:]...), body...)),
		} {
			refused(t, e, what, token)
		}
	})
}

func TestR6_OneSpelling(t *testing.T) {
	both(t, func(t *testing.T, o Options) {
		e := newEngine(t, newRing(t, secret(1)), o)
		token := keep(t, e, sample(e))
		raw, _ := strict.DecodeString(token[len(prefix):])
		for what, other := range map[string]string{
			"line end":           token + "\n",
			"line end inside":    token[:20] + "\r\n" + token[20:],
			"padding":            token + "=",
			"space":              token + " ",
			"the other alphabet": prefix + base64.RawStdEncoding.EncodeToString(raw) + "+",
			"prefix":             strings.ToUpper(prefix) + token[len(prefix):],
			"more behind":        token + "AAAA",
		} {
			refused(t, e, what, other)
		}
	})
}

func TestMB26_SealedTokensHaveTheDocumentedForm(t *testing.T) {
	forms := map[bool]string{false: `^coat2_[A-Za-z0-9_-]{140,}$`, true: `^coat2_[A-Za-z0-9_-]{100,}$`}
	both(t, func(t *testing.T, o Options) {
		e := newEngine(t, newRing(t, secret(1)), o)
		for range 50 {
			if token := keep(t, e, session.Snapshot{ID: e.NewID()}); !regexp.MustCompile(forms[o.SignedOnly]).MatchString(token) {
				t.Errorf("%s is not of the form", token)
			}
		}
	})
}

// TestSizeOfATinySession tells what 143 bytes of JSON take.
func TestSizeOfATinySession(t *testing.T) {
	for _, c := range []struct {
		o    Options
		most int
	}{{Options{}, 360}, {Options{SignedOnly: true}, 320}} {
		e := newEngine(t, newRing(t, secret(1)), c.o)
		if n := len(keep(t, e, benchSession(e, 0))); n > c.most {
			t.Errorf("%d bytes, at most %d", n, c.most)
		} else {
			t.Logf("signed %v: %d bytes", c.o.SignedOnly, n)
		}
	}
}

func TestR20_EnginesPrintHidden(t *testing.T) {
	e := newEngine(t, newRing(t, secret(1)), Options{})
	json, err := e.MarshalText()
	if got := fmt.Sprintf("%v %+v %#v %s %s", e, e, e, e, json); err != nil || got != strings.TrimSpace(strings.Repeat(" (hidden)", 5)) {
		t.Errorf("%s (%v)", got, err)
	}
}

// TestR17_SaltsAreNotUsedUp: a salt serves so many tokens and so long, and what it sealed is
// opened after that.
func TestR17_SaltsAreNotUsedUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ring := newRing(t, secret(1))
		e := newEngine(t, ring, Options{})
		c := e.seals().(*crypter)
		saltOf := func() (token string, salt [saltSize]byte) {
			token = keep(t, e, sample(e))
			raw, _ := strict.DecodeString(token[len(prefix):])
			return token, [saltSize]byte(raw[headSize:saltEnd])
		}
		first, a := saltOf()
		if _, again := saltOf(); again != a {
			t.Error("a salt for each token: that is safe, and slow")
		}
		c.current.Load().used.Store(maxPerSalt)
		_, b := saltOf()
		time.Sleep(saltAge)
		_, later := saltOf()
		if a == b || b == later {
			t.Errorf("salts %x, %x, %x", a, b, later)
		}
		elsewhere := newEngine(t, ring, Options{})
		check(t, elsewhere.Open(t.Context(), first, &session.Snapshot{}))
		if _, there := elsewhere.seals().(*crypter).known.get(ring.First(), a); !there {
			t.Error("a good salt is not remembered")
		}
	})
}

// TestMadeUpSaltsAreNotRemembered: strangers can't fill the cache, nor can it grow.
func TestMadeUpSaltsAreNotRemembered(t *testing.T) {
	e := newEngine(t, newRing(t, secret(1)), Options{})
	c := e.seals().(*crypter)
	raw, _ := strict.DecodeString(keep(t, e, sample(e))[len(prefix):])
	raw[headSize]++
	refused(t, e, "made-up salt", prefix+strict.EncodeToString(raw))
	if n := len(c.known.keys); n != 1 {
		t.Errorf("%d derived keys, want the one in use", n)
	}
	for i := range 2 * maxDerived {
		c.known.add(&derived{salt: [saltSize]byte{byte(i), byte(i >> 8)}})
	}
	if n := len(c.known.keys); n != maxDerived {
		t.Errorf("%d derived keys, at most %d", n, maxDerived)
	}
}
