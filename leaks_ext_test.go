package session_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/coatcheck-go/session"
)

// A busy scenario in which everything happens that is told of: what is in the logs, in
// events, errors, bodies and URLs, and what is left in the store.
type scenario struct {
	site   *site
	logs   *lockedBuffer
	told   strings.Builder // errors and events
	bodies strings.Builder
	tokens map[string]bool
	keys   map[session.Key]bool
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func runScenario(t *testing.T) *scenario {
	sc := &scenario{logs: &lockedBuffer{}, tokens: map[string]bool{}, keys: map[session.Key]bool{}}
	debug := &slog.HandlerOptions{Level: slog.LevelDebug, AddSource: true}
	text, json := slog.New(slog.NewTextHandler(sc.logs, debug)), slog.New(slog.NewJSONHandler(sc.logs, debug))
	s := newSite(t, session.Config{Logger: text, MaxPerSubject: 3, RotateGrace: -1, AtLimit: session.RefuseNew})
	sc.site = s
	for what, use := range uses {
		s.on(pathOf(what), func(w http.ResponseWriter, r *http.Request, ss *session.Session) {
			err := use(ss)
			sc.say(err)
			text.Info("handler", "session", ss, "error", err, "url", r.URL, "context", r.Context(), "token", ss.Token())
			json.Info("handler", "session", ss, "error", err, "url", r.URL, "token", ss.Token())
			items, err := ss.Items()
			sc.say(err)
			_, _ = fmt.Fprint(w, items, ss, ss.Token())
		})
	}
	for round := range 3 {
		for _, what := range slices.Sorted(maps.Keys(uses)) {
			sc.visit(pathOf(what), round)
		}
	}
	return sc
}

// visit asks for a page as every kind of visitor, on a store in every kind of state.
func (sc *scenario) visit(path string, round int) {
	s := sc.site
	fail := [][]string{nil, {"load"}, {"create", "update", "replace", "by subject"}}[round]
	for _, v := range []*visitor{s.visitor(), s.withValue("k", "v"), {s, "junk"}} {
		sc.note(v.token)
		for range 2 { // the second may come with a token that is used up
			old := *v
			s.store.onCall(func(call string, key session.Key) error {
				sc.keys[key] = true
				return failOn(fail...)(call, key)
			})
			res := v.send("POST", path, session.CSRFHeader+": wrong")
			s.store.onCall(nil)
			sc.note(v.token)
			fmt.Fprintln(&sc.bodies, res.body, res.Request)
			fmt.Fprintln(&sc.bodies, old.raw("GET", path).body)
			for name, lines := range res.Header {
				if name != "Set-Cookie" {
					fmt.Fprintln(&sc.bodies, name, lines)
				}
			}
		}
	}
	for _, e := range s.events.take() {
		for _, verb := range []string{"%v", "%+v", "%#v"} {
			_, _ = fmt.Fprintf(&sc.told, verb+"\n", e)
		}
	}
}

func (sc *scenario) say(err error) { _, _ = fmt.Fprintf(&sc.told, "%v %+v\n", err, err) }

func (sc *scenario) note(token string) {
	if len(token) > 40 {
		sc.tokens[token] = true
	}
}

// inside says in which of texts the secret is.
func inside(secret string, texts map[string]string) (where []string) {
	spellings := []string{secret, hex.EncodeToString([]byte(secret)), base64.StdEncoding.EncodeToString([]byte(secret)), base64.RawURLEncoding.EncodeToString([]byte(secret))}
	for name, text := range texts {
		if slices.ContainsFunc(spellings, func(s string) bool { return strings.Contains(text, s) }) {
			where = append(where, name)
		}
	}
	return where
}

// MB-07 and R20: no token, no part of one and no key is anywhere but in the
// cookie.
func TestMB07_NoSecretAnywhere(t *testing.T) {
	sc := runScenario(t)
	texts := map[string]string{"the logs": sc.logs.b.String(), "errors and events": sc.told.String(), "bodies and headers": sc.bodies.String()}
	for token := range sc.tokens {
		raw, err := base64.RawURLEncoding.DecodeString(token[6:49])
		check(t, err)
		for _, secret := range []string{token, token[6:49], token[6:28], token[28:49], string(raw)} {
			if where := inside(secret, texts); where != nil {
				t.Fatalf("a token, or part of one, is in %q", where)
			}
		}
	}
	for key := range sc.keys {
		if where := inside(string(key), texts); key != "" && where != nil {
			t.Fatalf("a key is in %q", where)
		}
	}
	if len(sc.tokens) < 100 || len(sc.keys) < 100 || sc.logs.b.Len() < 10_000 || !strings.Contains(sc.told.String(), "store is down") {
		t.Errorf("the scenario was no busy one: %d tokens, %d keys, %d bytes of logs", len(sc.tokens), len(sc.keys), sc.logs.b.Len())
	}
}

// R14 (rack CVE-2019-16782): what is in the store opens no session, not even as a key
// that is sent as a token.
func TestR14_StoreHoldsNoUsableToken(t *testing.T) {
	sc := runScenario(t)
	var dump strings.Builder
	for _, e := range sc.site.store.records(t) {
		_, _ = io.WriteString(&dump, string(e.Key)+e.Record.Data+e.Record.Subject)
		key := string(e.Key)
		for _, token := range []string{key, hex.EncodeToString([]byte(key)), "coat1_" + base64.RawURLEncoding.EncodeToString([]byte(key)), "coat1_" + base64.RawURLEncoding.EncodeToString([]byte(key)) + "000000"} {
			if sc.site.live(token) {
				t.Fatal("a key of the store opens a session")
			}
		}
	}
	for token := range sc.tokens {
		raw, err := base64.RawURLEncoding.DecodeString(token[6:49])
		check(t, err)
		for _, secret := range []string{token, token[6:49], string(raw)} {
			if inside(secret, map[string]string{"store": dump.String()}) != nil {
				t.Fatal("the store holds a token")
			}
		}
	}
}
