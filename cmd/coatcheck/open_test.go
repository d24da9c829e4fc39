package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Tokens of the originals, and the key that they are signed with.
const (
	vectorKey      = "test-secret-key-0123456789"
	flaskToken     = "eyJhIjoxfQ.ZVPxAA.BFhC6fkN-QlvjBn48BXoaZ3CbOU"
	plainToken     = "eyJhIjoxfQ.ZVPxAA.QGwexlQHNzIGSc2HfN_2dZN5Bg4" // URLSafeTimedSerializer's defaults
	djangoSession  = "eyJhIjoxfQ:1r31eq:-erKf6X8XuUqGwrV8KEYexjqNCph05oz8-C135MZMYM"
	djangoCookie   = "eyJhIjoxfQ:1r31eq:6mwj5pYsRWu2HYm-3TofBVIQ2_LcO4Ydsr-XpZwZ_fM"
	flashesToken   = ".eJyrVopPy0kszkgtVrKKrlZSKAFSSrmpxcWJ6alKOkoZmUqxtTow8dSiovwioGhePlA0thYAUHYTSQ.ZVPxAA.ToTcF_yZiWm2fMCl0UYgIE5mREE"
	messagesCookie = ".eJyLjlaKj88qzs-Lz00tLk5MT1XSMdAxMtBRykjNyclXitXBlDfUMTLVUbJJssvPttFPslPSUapQqMSq0kDHBGhSTKmBQaolUJlSbCwAw5kh5A" +
		":1r31eq:6D_pzWV-Cgf4L2JkGvvK5GnZFC6FSaFWdapoNTeyaRs"
)

// seen is what coatcheck open prints.
type seen struct {
	Verified                         bool
	Format, Salt, Derivation, Digest string
	Secret                           int
	Signed, Problem                  string
	Expired                          bool
	Data                             json.RawMessage
}

func runOpen(t *testing.T, args ...string) (code int, s seen, stderr string) {
	t.Helper()
	code, out, errs := coatcheck(t, append([]string{"open"}, args...)...)
	if err := json.Unmarshal([]byte(out), &s); err != nil {
		t.Fatalf("%v in %q, %s", err, out, errs)
	}
	var short bytes.Buffer
	if err := json.Compact(&short, s.Data); err != nil {
		t.Fatal(err)
	}
	s.Data = short.Bytes()
	return code, s, errs
}

func TestOpen(t *testing.T) {
	t.Setenv(secretVariable, vectorKey)
	for token, want := range map[string]seen{
		flaskToken:     {Format: "Flask session cookie", Salt: "cookie-session", Derivation: "hmac", Digest: "sha1", Data: json.RawMessage(`{"a":1}`)},
		plainToken:     {Format: "itsdangerous", Salt: "itsdangerous", Derivation: "django-concat", Digest: "sha1", Data: json.RawMessage(`{"a":1}`)},
		flashesToken:   {Format: "Flask session cookie", Salt: "cookie-session", Derivation: "hmac", Digest: "sha1", Data: json.RawMessage(`{"_flashes":[["message","hi"],["error","no"]]}`)},
		djangoSession:  {Format: "Django", Salt: "django.contrib.sessions.SessionStore", Digest: "sha256", Data: json.RawMessage(`{"a":1}`)},
		djangoCookie:   {Format: "Django", Salt: "django.contrib.sessions.backends.signed_cookies", Digest: "sha256", Data: json.RawMessage(`{"a":1}`)},
		messagesCookie: {Format: "Django", Salt: "django.contrib.messages", Digest: "sha256"},
	} {
		code, got, errs := runOpen(t, token)
		if want.Data == nil {
			want.Data = got.Data
		}
		if code != 0 || errs != "" || !got.Verified || got.Secret != 1 || got.Signed != "2023-11-14T22:13:20Z" || got.Problem != "" {
			t.Errorf("code %d, %s%+v", code, errs, got)
		}
		if got.Format != want.Format || got.Salt != want.Salt || got.Derivation != want.Derivation || got.Digest != want.Digest || string(got.Data) != string(want.Data) {
			t.Errorf("got %+v %s, want %+v", got, got.Data, want)
		}
	}
}

// A token can be read whoever signed it; the exit code and the problem say that nobody
// we know did.
func TestOpenUnverified(t *testing.T) {
	t.Setenv(secretVariable, "")
	changed := "eyJhIjoyfQ" + strings.TrimPrefix(flaskToken, "eyJhIjoxfQ")
	file := filepath.Join(t.TempDir(), "secrets")
	if err := os.WriteFile(file, []byte("wrong\nwrong, too\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ token, secrets, data, problem string }{
		{flaskToken, "", `{"a":1}`, "no secret was given"},
		{flaskToken, file, `{"a":1}`, "none of the 2 secrets"},
		{changed, file, `{"a":2}`, "none of the 2 secrets"},
		{djangoSession, file, `{"a":1}`, "none of the 2 secrets"},
		{"nonsense", file, `null`, "no token of Flask"},
		{flaskToken[:12], file, `{"a":1}`, "none of the 2 secrets"}, // it could be one without a time
		{flaskToken[:6], file, `null`, "no token of Flask"},
	} {
		args := []string{c.token}
		if c.secrets != "" {
			args = []string{"--secret-file", c.secrets, c.token}
		}
		code, got, errs := runOpen(t, args...)
		if code != 1 || got.Verified || got.Secret != 0 || string(got.Data) != c.data || !strings.Contains(got.Problem, c.problem) || !strings.Contains(errs, c.problem) {
			t.Errorf("code %d, %+v %s, want %s and %q\n%s", code, got, got.Data, c.data, c.problem, errs)
		}
	}
}

func TestOpenWhichSecretAndHowOld(t *testing.T) {
	file := filepath.Join(t.TempDir(), "secrets")
	if err := os.WriteFile(file, []byte("newer\r\n"+vectorKey+"\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	code, got, _ := runOpen(t, "--secret-file", file, flaskToken)
	if code != 0 || got.Secret != 2 {
		t.Errorf("code %d, secret %d", code, got.Secret)
	}
	code, got, _ = runOpen(t, "--secret-file", file, "--max-age", "24h", flaskToken)
	if code != 1 || !got.Verified || !got.Expired || !strings.Contains(got.Problem, "more than 24h") {
		t.Errorf("code %d, %+v", code, got)
	}
}

// What is sealed is opened again, in all kinds and ways.
func TestSealAndOpen(t *testing.T) {
	t.Setenv(secretVariable, vectorKey)
	for args, want := range map[string]seen{
		"--as flask":                      {Format: "Flask session cookie"},
		"--as itsdangerous":               {Format: "itsdangerous"},
		"--as itsdangerous --salt mine":   {Format: "itsdangerous", Salt: "mine"},
		"--as itsdangerous --untimed":     {Format: "itsdangerous"},
		"--as flask --digest sha256":      {Format: "itsdangerous", Digest: "sha256"},
		"--as flask --derivation none":    {Format: "itsdangerous", Derivation: "none"},
		"--as django":                     {Format: "Django", Salt: "django.core.signing"},
		"--as django-session":             {Format: "Django", Salt: "django.contrib.sessions.SessionStore"},
		"--as django-cookie --untimed":    {Format: "Django"},
		"--as django --digest sha1":       {Format: "Django", Digest: "sha1"},
		"--as django --salt my.own.thing": {Format: "Django", Salt: "my.own.thing"},
	} {
		const value = `{"a":{"b":[1,2.0,"ü"]},"n":12345678901234567890}`
		code, token, errs := coatcheck(t, append(append([]string{"seal"}, strings.Fields(args)...), value)...)
		if code != 0 || errs != "" {
			t.Errorf("%s: code %d, %s", args, code, errs)
			continue
		}
		salt := []string{}
		if want.Salt != "" {
			salt = []string{"--salt", want.Salt}
		}
		code, got, errs := runOpen(t, append(salt, strings.TrimSpace(token))...)
		if code != 0 || !got.Verified || string(got.Data) != value || got.Format != want.Format ||
			want.Digest != "" && got.Digest != want.Digest || want.Derivation != "" && got.Derivation != want.Derivation || want.Salt != "" && got.Salt != want.Salt {
			t.Errorf("%s: code %d, %+v %s, %s", args, code, got, got.Data, errs)
		}
		if strings.Contains(args, "--untimed") != (got.Signed == "") {
			t.Errorf("%s: signed %q", args, got.Signed)
		}
	}
}

func TestOpenAndSealErrors(t *testing.T) {
	t.Setenv(secretVariable, "")
	for args, want := range map[string]string{
		"open a b":                            "takes one argument",
		"open --secret-file /none/at/all x.y": "no such file",
		"seal {}":                             "seal needs a secret",
	} {
		if code, _, errs := coatcheck(t, strings.Fields(args)...); code == 0 || !strings.Contains(errs, want) {
			t.Errorf("%s: code %d, %s", args, code, errs)
		}
	}
	t.Setenv(secretVariable, "key")
	for args, want := range map[string]string{
		"seal {":                              "that is no JSON",
		"seal 1,2":                            "more than one JSON value",
		"seal --as rails {}":                  "want django, django-cookie, django-messages, django-session, django-session-3.0, flask, itsdangerous",
		"seal --digest md5 {}":                "want sha1, sha256 or sha512",
		"seal --as django --derivation x {}":  "Django has one only",
		"seal --derivation nothing {}":        "derivation",
		"seal --as itsdangerous --untimed {}": "",
	} {
		code, out, errs := coatcheck(t, strings.Fields(args)...)
		if !strings.Contains(errs, want) || (code == 0) != (want == "") || (out == "") != (want != "") {
			t.Errorf("%s: code %d, %s%s", args, code, out, errs)
		}
	}
}
