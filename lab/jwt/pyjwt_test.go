package jwt_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/memstore"
)

var algorithms = []string{"HS256", "EdDSA", "ES256", "RS256"}

// Tokens made here verify there, with and without a refresh token behind them.
func TestPyJWTVerifiesOurTokens(t *testing.T) {
	for _, alg := range algorithms {
		for kind, store := range map[string]session.Store{"alone": nil, "store": memstore.New(memstore.Options{})} {
			t.Run(alg+"/"+kind, func(t *testing.T) {
				s := newSide(t, alg, store)
				q := s.about
				q.Do, q.Token = "verify", s.token(t)
				got := ask(t, q)
				if got.Error != "" || got.Claims["sub"] != "Zoë" {
					t.Fatalf("error %q, subject %v", got.Error, got.Claims["sub"])
				}
				want := map[string]any{"text": "<&> \u2028 ü", "list": []any{1.0, 2.5, nil}}
				if !reflect.DeepEqual(got.Claims["ses"], want) {
					t.Errorf("values %v, want %v", got.Claims["ses"], want)
				}
			})
		}
	}
}

func (s side) token(t *testing.T) string {
	t.Helper()
	ss := s.sessions.New(t.Context())
	check(t, errors.Join(ss.Login("Zoë"), ss.Set("text", "<&> \u2028 ü"), ss.Set("list", []any{1, 2.5, nil}), ss.Save()))
	return ss.Token().Reveal()
}

// What PyJWT must refuse it does refuse: it really verifies.
func TestPyJWTRefusesWhatIsNotOurs(t *testing.T) {
	for _, alg := range algorithms {
		s := newSide(t, alg, nil)
		q := s.about
		q.Do, q.Token = "verify", s.token(t)
		changed := q
		at := strings.LastIndex(q.Token, ".") - 5
		changed.Token = q.Token[:at] + string(q.Token[at]^1) + q.Token[at+1:]
		elsewhere := q
		elsewhere.Audience = "other"
		for what, q := range map[string]question{"a changed token": changed, "another audience": elsewhere} {
			if got := ask(t, q); got.Error == "" {
				t.Errorf("%s: %s is taken", alg, what)
			}
		}
	}
}

// Tokens that PyJWT makes open here.
func TestOurEngineOpensPyJWTsTokens(t *testing.T) {
	for _, alg := range algorithms {
		t.Run(alg, func(t *testing.T) {
			s := newSide(t, alg, nil)
			q := s.about
			q.Do, q.Claims = "sign", claims(time.Now())
			ss, err := s.sessions.Open(t.Context(), session.Token(ask(t, q).Token))
			check(t, err)
			subject, err := ss.Subject()
			check(t, err)
			value, err := session.Get[string](ss, "text")
			check(t, err)
			if subject != "Zoë" || value != "<&> \u2028 ü" {
				t.Errorf("subject %q, value %q", subject, value)
			}
			q.Claims["aud"] = "other"
			live, err := s.sessions.Exists(t.Context(), session.Token(ask(t, q).Token))
			check(t, err)
			if live {
				t.Error("a token for another audience is taken")
			}
		})
	}
}

// claims are a session's, as the documentation of package jwt describes them.
func claims(now time.Time) map[string]any {
	second, milli := now.Unix(), now.UnixMilli()
	return map[string]any{
		"iss": issuer, "aud": []string{audience, "reports"}, "sub": "Zoë", "sid": "AAAAAAAAAAAAAAAA", "jti": "one",
		"iat": second, "nbf": second, "exp": second + 600,
		"ses": map[string]any{"text": "<&> \u2028 ü"},
		"coat": map[string]any{
			"id": "secret", "created": milli, "started": milli, "saved": milli,
			"expires": milli + 600_000, "lifetime": 3_600_000,
		},
	}
}
