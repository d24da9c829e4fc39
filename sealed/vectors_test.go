package sealed

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
)

// A vector is one of testdata/vectors.json, which another program made: vectors.py.
type vector struct {
	Name, Cookie, App, Secret, ID, Handle, Subject, Token string
	Signed, Persistent                                    bool

	Created, Started, Saved, Expires, Until int64 // Unix milliseconds
	Lifetime, Idle                          int64 // milliseconds

	Values [][2]string
}

func readVectors(t *testing.T) (all []vector) {
	t.Helper()
	text, err := os.ReadFile("testdata/vectors.json")
	check(t, err)
	check(t, json.Unmarshal(text, &all))
	return all
}

func (v vector) engine(t *testing.T) *Engine {
	t.Helper()
	return newEngineAt(t, newRing(t, unhex(t, v.Secret)), Options{SignedOnly: v.Signed}, place{v.Cookie, v.App})
}

func (v vector) snapshot(t *testing.T) session.Snapshot {
	t.Helper()
	s := session.Snapshot{
		ID: string(unhex(t, v.ID)), Handle: session.Handle(unhex(t, v.Handle)), Subject: v.Subject, Persistent: v.Persistent,
		Created: time.UnixMilli(v.Created), Started: time.UnixMilli(v.Started), Saved: time.UnixMilli(v.Saved),
		Expires: time.UnixMilli(v.Expires), Lifetime: time.Duration(v.Lifetime) * time.Millisecond,
		Idle: time.Duration(v.Idle) * time.Millisecond,
	}
	if v.Until != 0 {
		s.Until = time.UnixMilli(v.Until)
	}
	for _, value := range v.Values {
		s.Values.Set(value[0], value[1])
	}
	return s
}

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	check(t, err)
	return b
}

// TestR17_KnownAnswers opens what another implementation sealed.
func TestR17_KnownAnswers(t *testing.T) {
	vectors := readVectors(t)
	for _, v := range vectors {
		want := v.snapshot(t)
		var got session.Snapshot
		if err := v.engine(t).Open(t.Context(), v.Token, &got); err != nil {
			t.Errorf("%s: %v", v.Name, err)
			continue
		}
		if text(&got) != text(&want) || fmt.Sprint(fields(got)) != fmt.Sprint(fields(want)) {
			t.Errorf("%s: got\n%s, want\n%s", v.Name, text(&got), text(&want))
		}
	}
	if len(vectors) < 6 {
		t.Errorf("only %d vectors", len(vectors))
	}
}

// fields are compared besides the binary form, in which a fault could hide on both sides.
func fields(s session.Snapshot) []any {
	return []any{s.Subject, s.Created.UnixMilli(), s.Started.UnixMilli(), s.Saved.UnixMilli(), s.Expires.UnixMilli(),
		s.Until.UnixMilli(), s.Lifetime, s.Idle, s.Persistent, s.Handle, s.Values.Len()}
}

// TestR17_TokensAreMadeAsTheVectors: under the salt of a vector the same bytes come out, but
// the nonce and what depends on it; a signed token is the same altogether.
func TestR17_TokensAreMadeAsTheVectors(t *testing.T) {
	for _, v := range readVectors(t) {
		e := v.engine(t)
		same := len(v.Token)
		if c, ok := e.seals().(*crypter); ok {
			raw, err := strict.DecodeString(v.Token[len(prefix):])
			check(t, err)
			d, err := derive(e.ring.First(), [saltSize]byte(raw[headSize:saltEnd]))
			check(t, err)
			c.current.Store(&sealing{derived: d, until: time.Now().Add(time.Hour)})
			same = len(prefix) + strict.EncodedLen(commitmentEnd) - 1 // the last character has some bits of the nonce
		}
		if token := keep(t, e, v.snapshot(t)); len(token) != len(v.Token) || token[:same] != v.Token[:same] {
			t.Errorf("%s: got\n%s, want\n%s", v.Name, token, v.Token)
		}
	}
}

// TestFormatsShowTheFirstVector holds the example of docs/formats.md to it.
func TestFormatsShowTheFirstVector(t *testing.T) {
	doc, err := os.ReadFile("../docs/formats.md")
	check(t, err)
	_, example, _ := strings.Cut(string(doc), "### An example")
	shown := ""
	for _, column := range between.Split(example, -1) {
		if hexOnly.MatchString(column) {
			shown += strings.ReplaceAll(column, " ", "")
		}
	}
	v := readVectors(t)[0]
	e, s := v.engine(t), v.snapshot(t)
	raw, err := strict.DecodeString(v.Token[len(prefix):])
	check(t, err)
	payload, key := e.bound.Load().payload(v.Token)
	if key == nil {
		t.Fatal("the token can't be opened")
	}
	derived, err := key.Subkey(aesKeySize+commitmentSize, encryptPurpose, string(raw[headSize:saltEnd]))
	check(t, err)
	for what, b := range map[string][]byte{
		"secret": unhex(t, v.Secret), "head": raw[1:headSize], "salt": raw[headSize:saltEnd], "nonce": raw[commitmentEnd : commitmentEnd+12],
		"AES key": derived[:aesKeySize], "commitment": derived[aesKeySize:], "binding": bound(versionEncrypted, settings{cookie: v.Cookie, app: v.App}),
		"payload": payload, "session": appendSealable(nil, &s),
	} {
		if !strings.Contains(shown, hex.EncodeToString(b)) {
			t.Errorf("no %s %x in\n%s", what, b, shown)
		}
	}
	if !strings.Contains(example, v.Token+"\n") {
		t.Error("the token is not shown")
	}
}

// The example has columns, at least two blanks apart.
var (
	between = regexp.MustCompile(`\n| {2,}`)
	hexOnly = regexp.MustCompile(`^[0-9a-f ]+$`)
)
