package flasksession

import (
	"database/sql"
	"maps"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/kv"
	"github.com/coatcheck-go/session/kv/memkv"
)

// fromConfig returns the Config and the options that the settings led to.
func fromConfig(t *testing.T, settings map[string]any, o Options) (session.Config, Options) {
	t.Helper()
	c, err := FromConfig(settings, o)
	if err != nil {
		t.Fatal(err)
	}
	return c, c.Engine.(*Engine).o
}

func table(t *testing.T, name string) *Table {
	t.Helper()
	store, err := NewTable(&sql.DB{}, TableOptions{Dialect: PostgreSQL, Name: name})
	must(t, err)
	return store
}

// What Flask-Session puts into app.config by itself changes nothing.
var noise = map[string]any{
	"DEBUG": true, "SESSION_REDIS": "Redis<...>", "SESSION_MEMCACHED": nil, "SESSION_CACHELIB": "x", "SESSION_FILE_DIR": "/app/flask_session",
	"SESSION_FILE_THRESHOLD": 500, "SESSION_FILE_MODE": 384, "SESSION_MONGODB": nil, "SESSION_MONGODB_DB": "flask_session",
	"SESSION_MONGODB_COLLECT": "sessions", "SESSION_DYNAMODB": nil, "SESSION_DYNAMODB_TABLE": "Sessions", "SESSION_SQLALCHEMY": "x",
	"SESSION_SQLALCHEMY_TABLE": "sessions", "SESSION_SQLALCHEMY_SCHEMA": nil, "SESSION_SQLALCHEMY_BIND_KEY": "x",
	"SESSION_SQLALCHEMY_SEQUENCE": "x", "SESSION_CLEANUP_N_REQUESTS": 100, "SESSION_COOKIE_PARTITIONED": true,
}

func TestFromConfig_Defaults(t *testing.T) {
	for kind, store := range map[string]kv.Store{
		"redis": memkv.New(), "Memcached": memkv.New(), "filesystem": folder(t, t.TempDir(), FolderOptions{}),
		"cachelib": folder(t, t.TempDir(), FolderOptions{MD5: true}), "sqlalchemy": table(t, ""),
	} {
		settings := maps.Clone(noise)
		settings[sessionType] = kind
		c, o := fromConfig(t, settings, Options{Store: store, SecretKeys: []string{"none"}, Lifetime: time.Hour, NoRefresh: true, NotPermanent: true})
		want := newEngine(t, Options{Store: store})
		if !reflect.DeepEqual(o, want.o) {
			t.Errorf("%s: %+v, want %+v", kind, o, want.o)
		}
		if plain := want.Config(session.Config{}); !reflect.DeepEqual(c.Cookie, plain.Cookie) || !c.Persistent || !c.RefreshEachRequest {
			t.Errorf("%s: %+v", kind, c)
		}
	}
}

func TestFromConfig_Everything(t *testing.T) {
	store := memkv.New()
	c, o := fromConfig(t, map[string]any{
		sessionType: "redis", keyPrefix: "app:", idLength: 16, sidLength: 64, "SESSION_USE_SIGNER": true, "SECRET_KEY": []byte("new"),
		"SECRET_KEY_FALLBACKS": []any{"old"}, "SESSION_PERMANENT": false, format: "json", "SESSION_REFRESH_EACH_REQUEST": false,
		"PERMANENT_SESSION_LIFETIME": "1:00:00", "SESSION_COOKIE_NAME": "s", "SESSION_COOKIE_DOMAIN": ".example.com",
		"SESSION_COOKIE_PATH": "/a", "APPLICATION_ROOT": "/no", "SESSION_COOKIE_HTTPONLY": false, "SESSION_COOKIE_SECURE": true,
		"SESSION_COOKIE_SAMESITE": "Strict", "SESSION_COOKIE_PARTITIONED": true,
	}, Options{Store: store, Prefix: "no", UUID: true, SubjectKey: "_user_id", IntegerSubject: true})
	want := newEngine(t, Options{
		Store: store, Prefix: "app:", IDLength: 16, SecretKeys: []string{"new", "old"}, NotPermanent: true, Format: JSON, NoRefresh: true,
		Lifetime: time.Hour, UUID: true, SubjectKey: "_user_id", IntegerSubject: true,
	})
	if !reflect.DeepEqual(o, want.o) {
		t.Errorf("%+v, want %+v", o, want.o)
	}
	cookie := &http.Cookie{Name: "s", Domain: "example.com", Path: "/a", Secure: true, SameSite: http.SameSiteStrictMode}
	if !reflect.DeepEqual(c.Cookie.Foreign, cookie) || c.Persistent || c.RefreshEachRequest || c.Limits.Lifetime != time.Hour {
		t.Errorf("%v, %+v", c.Cookie.Foreign, c)
	}
}

// The options where a setting may be left to them, or have another name.
func TestFromConfig_Options(t *testing.T) {
	files, named, server := folder(t, t.TempDir(), FolderOptions{Mode: 0o640}), table(t, "s.t"), memkv.New()
	for name, v := range map[string]struct {
		settings map[string]any
		o, want  Options
	}{
		"no prefix":      {map[string]any{keyPrefix: ""}, Options{Store: server}, Options{Store: server, Prefix: "-"}},
		"an older name":  {map[string]any{sidLength: 20}, Options{Store: server}, Options{Store: server, IDLength: 20}},
		"pickles":        {nil, Options{Store: server, Format: Pickle0}, Options{Store: server, Format: Pickle0}},
		"msgpack":        {map[string]any{format: "msgpack"}, Options{Store: server, Format: Pickle0}, Options{Store: server, Format: Msgpack}},
		"not in a file":  {map[string]any{format: "json", sessionType: "filesystem", fileMode: 0o640}, Options{Store: files, Format: Pickle4}, Options{Store: files, Format: Pickle4}},
		"a table's name": {map[string]any{sessionType: "sqlalchemy", tableName: "t", "SESSION_SQLALCHEMY_SCHEMA": "s"}, Options{Store: named}, Options{Store: named}},
	} {
		settings := map[string]any{sessionType: "redis"}
		maps.Copy(settings, v.settings)
		if _, o := fromConfig(t, settings, v.o); !reflect.DeepEqual(o, newEngine(t, v.want).o) {
			t.Errorf("%s: %+v", name, o)
		}
	}
}

// What can't be honoured is an error that names the setting, and no value.
func TestFromConfig_Refused(t *testing.T) {
	files, server := folder(t, t.TempDir(), FolderOptions{}), memkv.New()
	for _, v := range []struct {
		name  string
		value any
		store kv.Store
		want  string
	}{
		{sessionType, nil, server, "must be set"},
		{sessionType, 7, server, "must be text"},
		{sessionType, "null", server, "keeps no sessions"},
		{sessionType, "mongodb", server, "no store for it"},
		{sessionType, "dynamodb", server, "no store for it"},
		{sessionType, "secret", server, "is no type"},
		{sessionType, "redis", nil, "must be a kv.Store"},
		{sessionType, "redis", files, "must be a kv.Store"},
		{sessionType, "memcached", table(t, ""), "must be a kv.Store"},
		{sessionType, "filesystem", server, "must be a Folder"},
		{sessionType, "cachelib", table(t, ""), "must be a Folder"},
		{sessionType, "sqlalchemy", files, "must be a Table"},
		{fileMode, 0o640, files, "FolderOptions.Mode"},
		{fileMode, true, server, "must be an integer"},
		{tableName, "secret", table(t, ""), "TableOptions.Name"},
		{"SESSION_SQLALCHEMY_SCHEMA", "secret", table(t, ""), "TableOptions.Name"},
		{keyPrefix, "-", server, "stands for none"},
		{keyPrefix, "a secret", server, "visible ASCII"},
		{keyPrefix, 7, server, "must be text"},
		{idLength, 15, server, "from 16 to 64"},
		{idLength, "secret", server, "from 16 to 64"},
		{sidLength, 65, server, "from 16 to 64"},
		{"SESSION_USE_SIGNER", "secret", server, "must be true or false"},
		{"SESSION_USE_SIGNER", true, server, "SECRET_KEY: must be set"},
		{"SESSION_PERMANENT", 1, server, "must be true or false"},
		{format, "secret", server, "must be msgpack or json"},
		{"SESSION_REFRESH_EACH_REQUEST", 1, server, "must be true or false"},
		{"PERMANENT_SESSION_LIFETIME", 0, server, "400 days"},
		{"SESSION_COOKIE_SAMESITE", "secret", server, "Lax, Strict or None"},
		{"SESSION_COOKIE_SAMESITE", "None", server, "SameSite=None"},
		{"SESSION_SECRET", "secret", server, "is no setting"},
	} {
		settings := map[string]any{sessionType: kindOf(v.store), v.name: v.value}
		_, err := FromConfig(settings, Options{Store: v.store})
		if err == nil || !strings.Contains(err.Error(), v.want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s = %v: %v, want %q", v.name, v.value, err, v.want)
		}
	}
}

func kindOf(s kv.Store) string {
	switch s.(type) {
	case *Folder:
		return "filesystem"
	case *Table:
		return "sqlalchemy"
	}
	return "redis"
}

func TestFromConfig_ListsWhatIsWrong(t *testing.T) {
	settings := map[string]any{
		sessionType: "null", keyPrefix: 7, idLength: 1, sidLength: 1, "SESSION_USE_SIGNER": 1, "SESSION_PERMANENT": 1, format: "x",
		"SESSION_REFRESH_EACH_REQUEST": 1, "PERMANENT_SESSION_LIFETIME": -1, fileMode: "x", tableName: 7, "SESSION_SQLALCHEMY_SCHEMA": 7,
		"SESSION_COOKIE_NAME": 7, "SESSION_OTHER": 1,
	}
	_, err := FromConfig(settings, Options{Store: memkv.New()})
	if err == nil {
		t.Fatal("no error")
	}
	if lines := strings.Split(err.Error(), "\n"); len(lines) != len(settings) {
		t.Errorf("%d lines: %v", len(lines), err)
	}
	for name := range settings {
		if !strings.Contains(err.Error(), "flasksession: "+name+": ") {
			t.Errorf("%s is not named", name)
		}
	}
}
