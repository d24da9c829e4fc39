package flask

import (
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
)

func TestFromConfig_Defaults(t *testing.T) {
	c := must[session.Config](t)(FromConfig(map[string]any{"SECRET_KEY": testKey, "DEBUG": true, "MAX_COOKIE_SIZE": 4093, "SESSION_TYPE": nil, "PERMANENT_SESSION_LIFETIME": nil}, Options{}))
	if want := (&http.Cookie{Name: "session", Path: "/", HttpOnly: true}); !reflect.DeepEqual(c.Cookie.Foreign, want) {
		t.Errorf("%v", c.Cookie.Foreign)
	}
	if c.Limits != (session.Limits{Idle: session.NoIdle, Lifetime: 31 * 24 * time.Hour}) || !c.RefreshEachRequest || c.Persistent {
		t.Errorf("%+v", c)
	}
}

func TestFromConfig_Everything(t *testing.T) {
	c := must[session.Config](t)(FromConfig(map[string]any{
		"SECRET_KEY": []byte("new"), "SECRET_KEY_FALLBACKS": []any{"old", []byte(testKey)}, "PERMANENT_SESSION_LIFETIME": 60, "SESSION_REFRESH_EACH_REQUEST": false,
		"SESSION_COOKIE_NAME": "s", "SESSION_COOKIE_DOMAIN": ".Example.com:5000", "SESSION_COOKIE_PATH": "/a b/\u00e9", "APPLICATION_ROOT": "/no", "SESSION_COOKIE_HTTPONLY": false,
		"SESSION_COOKIE_SECURE": false, "SESSION_COOKIE_SAMESITE": "none", "SESSION_COOKIE_PARTITIONED": true,
	}, Options{SubjectKey: "_user_id", SecretKeys: []string{"not this one"}, Lifetime: time.Hour}))
	want := &http.Cookie{
		Name: "s", Domain: "Example.com", Path: "/a%20b/%C3%A9", Secure: true, SameSite: http.SameSiteNoneMode, Partitioned: true,
	}
	if !reflect.DeepEqual(c.Cookie.Foreign, want) || c.RefreshEachRequest || c.Limits.Lifetime != time.Minute {
		t.Errorf("%v, %+v", c.Cookie.Foreign, c)
	}
	m := must[*session.Manager](t)(session.New(c))
	s := must[*session.Session](t)(m.Open(t.Context(), session.Token(seal(t, `{"_user_id":"7"}`, time.Now()))))
	if subject := must[string](t)(s.Subject()); subject != "7" {
		t.Errorf("%q", subject)
	}
}

func TestFromConfig_Lifetimes(t *testing.T) {
	for _, v := range []struct {
		value any
		want  time.Duration
	}{
		{60, time.Minute}, {int64(60), time.Minute}, {90.5, 90 * time.Second}, {time.Hour, time.Hour}, {"31 days, 0:00:00", 31 * 24 * time.Hour},
		{"1 day, 2:03:04.500000", 26*time.Hour + 3*time.Minute + 4*time.Second}, {"1:30:00", 90 * time.Minute}, {"60", time.Minute}, {"1e3", 1000 * time.Second},
	} {
		c, err := FromConfig(map[string]any{"SECRET_KEY": testKey, "PERMANENT_SESSION_LIFETIME": v.value}, Options{})
		if err != nil || c.Limits.Lifetime != v.want {
			t.Errorf("%v: %v, %v", v.value, c.Limits.Lifetime, err)
		}
	}
	for _, v := range []any{0, -1, "-1 day, 23:00:00", "401 days, 0:00:00", "secret", "", true, []int{1}, "nan", "inf", 1e300, time.Millisecond} {
		if _, err := FromConfig(map[string]any{"SECRET_KEY": testKey, "PERMANENT_SESSION_LIFETIME": v}, Options{}); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%v: %v", v, err)
		}
	}
}

// The error names everything that is wrong, and no value.
func TestFromConfig_ListsWhatIsWrong(t *testing.T) {
	settings := map[string]any{
		"SECRET_KEY": 7, "SECRET_KEY_FALLBACKS": []any{"secret", 7}, "PERMANENT_SESSION_LIFETIME": "secret", "SESSION_REFRESH_EACH_REQUEST": "secret", "SESSION_COOKIE_NAME": 7, "SESSION_COOKIE_DOMAIN": 7, "SESSION_COOKIE_PATH": true,
		"SESSION_COOKIE_HTTPONLY": 1, "SESSION_COOKIE_SECURE": "secret", "SESSION_COOKIE_SAMESITE": "secret", "SESSION_COOKIE_PARTITIONED": "secret", "SESSION_COOKIE_SECRET": 1,
	}
	_, err := FromConfig(settings, Options{})
	if err == nil {
		t.Fatal("no error")
	}
	lines := strings.Split(err.Error(), "\n")
	if len(lines) != 12 || strings.Contains(err.Error(), "secret") {
		t.Errorf("%d lines: %v", len(lines), err)
	}
	for name := range settings {
		if !strings.Contains(err.Error(), "flask: "+name+": ") {
			t.Errorf("%s is not named", name)
		}
	}
}

func TestFromConfig_Refused(t *testing.T) {
	for want, settings := range map[string]map[string]any{
		"use flasksession.FromConfig": {"SESSION_TYPE": "redis", "SESSION_REDIS": nil},
		"SESSION_PERMANENT: is no":    {"SESSION_PERMANENT": true},
		"SECRET_KEY: must be set":     {"SECRET_KEY": nil, "SECRET_KEY_FALLBACKS": []string{"a"}},
		"SECRET_KEY: must be set, to": {"SECRET_KEY": ""},
		"must be a list":              {"SECRET_KEY_FALLBACKS": "abc"},
		"SameSite=None":               {"SESSION_COOKIE_SAMESITE": "None"},
		"must be Secure":              {"SESSION_COOKIE_NAME": "__Host-session"},
		"begin with /":                {"SESSION_COOKIE_PATH": "p"},
		"invalid Cookie.Domain":       {"SESSION_COOKIE_DOMAIN": "\u00e9.example"},
	} {
		all := map[string]any{"SECRET_KEY": testKey}
		for name, v := range settings {
			all[name] = v
		}
		if _, err := FromConfig(all, Options{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
	if c, err := FromConfig(map[string]any{"SECRET_KEY": testKey, "SESSION_COOKIE_DOMAIN": false}, Options{}); err != nil || c.Cookie.Foreign.Domain != "" {
		t.Errorf("no domain, as in Flask 2: %v, %v", c.Cookie.Foreign, err)
	}
}

func TestSettingsFromJSON(t *testing.T) {
	settings := must[map[string]any](t)(SettingsFromJSON(strings.NewReader(
		`{"SECRET_KEY":"k","SECRET_KEY_FALLBACKS":["a"],"PERMANENT_SESSION_LIFETIME":"31 days, 0:00:00","SESSION_COOKIE_DOMAIN":null,"MAX_COOKIE_SIZE":4093}`)))
	if _, err := FromConfig(settings, Options{}); err != nil {
		t.Error(err)
	}
	settings["PERMANENT_SESSION_LIFETIME"] = nil
	for _, text := range []string{"", "null", "[]", `{"a":"secret"`, `{} {}`} {
		if _, err := SettingsFromJSON(strings.NewReader(text)); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestSettingsFromEnv(t *testing.T) {
	settings := SettingsFromEnv("FLASK", []string{
		"FLASK_SECRET_KEY=k", `FLASK_SECRET_KEY_FALLBACKS=["a"]`, "FLASK_SESSION_COOKIE_SECURE=true", "FLASK_PERMANENT_SESSION_LIFETIME=60",
		"OTHER=1", "FLASKY_A=1", "FLASK_SESSION_COOKIE_NAME=a=b", `FLASK_SESSION_COOKIE_PATH="/p"`,
	})
	if len(settings) != 6 || settings["SESSION_COOKIE_SECURE"] != true || settings["SESSION_COOKIE_NAME"] != "a=b" || settings["SESSION_COOKIE_PATH"] != "/p" {
		t.Errorf("%v", settings)
	}
	delete(settings, "SESSION_COOKIE_NAME")
	c := must[session.Config](t)(FromConfig(settings, Options{}))
	if c.Limits.Lifetime != time.Minute {
		t.Errorf("%v", c.Limits)
	}
}
