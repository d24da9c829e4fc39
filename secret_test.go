package session

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// printed is every way in which something gets into a log by accident.
func printed(value any) map[string]string {
	out := map[string]string{}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "% x"} {
		out[verb] = fmt.Sprintf(verb, value)
	}
	out["Sprint"] = fmt.Sprint(value)
	out["error"] = fmt.Errorf("wrapped: %v", value).Error()
	if raw, err := json.Marshal(value); err == nil {
		out["JSON"] = string(raw)
	}
	for name, handler := range map[string]func(*bytes.Buffer) slog.Handler{
		"slog text": func(b *bytes.Buffer) slog.Handler { return slog.NewTextHandler(b, nil) },
		"slog JSON": func(b *bytes.Buffer) slog.Handler { return slog.NewJSONHandler(b, nil) },
	} {
		var b bytes.Buffer
		slog.New(handler(&b)).Info("test", "value", value)
		out[name] = b.String()
	}
	return out
}

// spellings are the forms in which a secret would be found in a text.
func spellings(secret string) []string {
	quoted := fmt.Sprintf("%q", secret)
	numbers := fmt.Sprint([]byte(secret))
	return []string{
		secret, quoted[1 : len(quoted)-1], hex.EncodeToString([]byte(secret)), strings.ToUpper(hex.EncodeToString([]byte(secret))),
		base64.StdEncoding.EncodeToString([]byte(secret)), base64.RawURLEncoding.EncodeToString([]byte(secret)),
		fmt.Sprintf("% x", secret), numbers[1 : len(numbers)-1],
	}
}

func checkHides(t *testing.T, what string, value any, secrets ...string) {
	t.Helper()
	for how, text := range printed(value) {
		for _, secret := range secrets {
			for _, spelling := range spellings(secret) {
				if strings.Contains(text, spelling) {
					t.Errorf("%s printed by %s shows a secret", what, how)
				}
			}
		}
	}
}

// R20 and MB-07: nothing a program can get hold of prints a token or a key. (A Record is what
// the store keeps, values and all: it is shown as it is.)
func TestR20_NothingPrintsASecret(t *testing.T) {
	store := mapStore{}
	m, err := New(Config{Store: store})
	if err != nil {
		t.Fatal(err)
	}
	s := m.New(t.Context())
	if err := s.Login("alice"); err != nil {
		t.Fatal(err)
	}
	if err := s.Save(); err != nil {
		t.Fatal(err)
	}
	token := s.carried
	key, _ := tokenKey(m.server.app, token)
	random := token[len(tokenPrefix):tokenSumAt]
	var snapshot Snapshot
	if err := m.engine.Open(t.Context(), token, &snapshot); err != nil {
		t.Fatal(err)
	}
	h := m.Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := From(r).Get("k"); err != nil {
			t.Error(err)
		}
		checkHides(t, "a request's context", r.Context(), token, random, string(key))
		checkHides(t, "a request's session", From(r), token, random, string(key))
		checkHides(t, "a response writer", w, token, random, string(key))
	}))
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Cookie", m.CookieName()+"="+token)
	h.ServeHTTP(httptest.NewRecorder(), r)
	for what, value := range map[string]any{
		"Token": Token(token), "[]Token": []Token{Token(token)}, "Key": key, "map of Key": map[Key]int{key: 1},
		"struct with both": struct {
			T Token
			K *Key
		}{Token(token), &key},
		"Session": s, "Snapshot": snapshot, "*Snapshot": &snapshot,
		"Info": snapshot.info(), "Handle": snapshot.Handle, "Event": Event{Kind: EventLogin, Handle: snapshot.Handle, Err: errReused},
		"Entry's key": Entry{Key: key}, "Values": snapshot.Values,
	} {
		checkHides(t, what, value, token, random, string(key))
	}
	// These lead to the store, which holds keys and may print itself.
	for what, value := range map[string]any{"Manager": m, "Config": m.config, "Engine": m.engine} {
		checkHides(t, what, value, token, random)
	}
}

// The hidden forms tell that something is there.
func TestR20_HiddenIsShownAsHidden(t *testing.T) {
	for how, text := range printed(Token("secret")) {
		if !strings.Contains(text, hidden) {
			t.Errorf("%s: %q", how, text)
		}
	}
	if got := Token("secret").Reveal(); got != "secret" {
		t.Errorf("Reveal: %q", got)
	}
}

// The check of these tests does find secrets.
func TestR20_CheckFindsSecrets(t *testing.T) {
	for name, leak := range map[string]any{
		"string": "my secret!", "field": struct{ s string }{"my secret!"}, "bytes": []byte("my secret!"), "error": fmt.Errorf("x my secret! x"),
	} {
		found := false
		for _, text := range printed(leak) {
			for _, spelling := range spellings("my secret!") {
				found = found || strings.Contains(text, spelling)
			}
		}
		if !found {
			t.Errorf("a secret in a %s is not found", name)
		}
	}
}
