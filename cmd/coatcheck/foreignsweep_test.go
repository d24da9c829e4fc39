package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/coatcheck-go/session/compat/django"
	"github.com/coatcheck-go/session/compat/python"
	"github.com/coatcheck-go/session/kv"
)

// fillTable puts rows into a framework's table, the first of which have expired, and
// returns how to count them.
func fillTable(t *testing.T, store, insert string, expired, live int) (count func() int) {
	t.Helper()
	_, file, _ := strings.Cut(store, ":")
	_, schema, _ := coatcheck(t, "schema", "--store", store)
	execute(t, file, schema)
	for i := range expired + live {
		end := time.Now().Add(-time.Minute)
		if i >= expired {
			end = end.Add(time.Hour)
		}
		execute(t, file, insert, fmt.Sprint("key", i), "data", end.UTC().Format("2006-01-02 15:04:05.000000"))
	}
	into, _, _ := strings.Cut(insert, " (")
	query := "SELECT count(*) FROM" + strings.TrimPrefix(into, "INSERT INTO")
	return func() (n int) {
		if err := openFile(t, file).QueryRowContext(t.Context(), query).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
}

// Tables are swept in batches, and the live rows stay.
func TestSweepForeignTables(t *testing.T) {
	for kind, insert := range map[string]string{
		"django": "INSERT INTO django_session (session_key, session_data, expire_date) VALUES (?, ?, ?)",
		"flask":  "INSERT INTO sessions (session_id, data, expiry) VALUES (?, ?, ?)",
	} {
		t.Run(kind, func(t *testing.T) {
			store := kind + "+sqlite:" + filepath.Join(t.TempDir(), "db")
			count := fillTable(t, store, insert, 7, 3)
			for _, want := range []string{"Deleted 7 expired sessions in ", "Deleted 0 expired sessions in "} {
				code, out, errs := coatcheck(t, "sweep", "--store", store, "--batch", "2")
				if code != 0 || !strings.HasPrefix(out, want) || errs != "" {
					t.Errorf("code %d, %s%s, want %q", code, out, errs, want)
				}
			}
			if n := count(); n != 3 {
				t.Errorf("%d rows are left, want the 3 that are live", n)
			}
		})
	}
}

// djangoFile writes a session as Django's engine file does.
func djangoFile(t *testing.T, dir, key string, expiry any, saved time.Time) {
	t.Helper()
	signer, err := django.NewSigner(django.Options{SecretKeys: []string{djangoKey}})
	if err != nil {
		t.Fatal(err)
	}
	dict := &python.Dict{}
	if expiry != nil {
		dict.Set("_session_expiry", expiry)
	}
	text, err := signer.Dumps(dict)
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, "sessionid"+key)
	if err := os.WriteFile(name, text, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(name, saved, saved); err != nil {
		t.Fatal(err)
	}
}

// Files end by what is in them, or else by --lifetime. Without the key nobody can tell.
func TestSweepDjangoFiles(t *testing.T) {
	dir := t.TempDir()
	const day = 24 * time.Hour
	djangoFile(t, dir, "ended", int64(60), time.Now().Add(-time.Hour))
	djangoFile(t, dir, "longer", int64(30*day/time.Second), time.Now().Add(-20*day))
	djangoFile(t, dir, "usual", nil, time.Now().Add(-20*day))
	store := "django+file:" + dir
	t.Setenv(secretVariable, "")
	if code, _, errs := coatcheck(t, "sweep", "--store", store); code != 2 || !strings.Contains(errs, "give the site's SECRET_KEY") {
		t.Errorf("without a key: code %d, %s", code, errs)
	}
	t.Setenv(secretVariable, "another key")
	if code, out, errs := coatcheck(t, "sweep", "--store", store); code != 1 || !strings.Contains(errs, "SECRET_KEY") {
		t.Errorf("with a wrong key: code %d, %s%s", code, out, errs)
	}
	t.Setenv(secretVariable, djangoKey)
	for _, c := range []struct{ lifetime, want string }{{"720h", "Deleted 1 "}, {"336h", "Deleted 1 "}, {"336h", "Deleted 0 "}} {
		code, out, errs := coatcheck(t, "sweep", "--store", store, "--lifetime", c.lifetime)
		if code != 0 || !strings.HasPrefix(out, c.want) {
			t.Errorf("--lifetime %s: code %d, %s%s, want %q", c.lifetime, code, out, errs, c.want)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "sessionidlonger")); err != nil {
		t.Error(err)
	}
}

// A cache forgets by itself.
func TestSweepDjangoCache(t *testing.T) {
	var cache struct{ kv.Store }
	b := &backend{kind: "django+redis", foreign: place{kv: cache}, lasts: true}
	if err := upkeepDjango(b, want{}); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := (sweep{batch: 1, out: &out}).in(t.Context(), b); err != nil || !strings.HasPrefix(out.String(), "Nothing to sweep") {
		t.Errorf("%v, %q", err, out.String())
	}
}
