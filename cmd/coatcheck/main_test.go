package main

import (
	"bytes"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// coatcheck runs the program until it ends.
func coatcheck(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(t.Context(), append([]string{"coatcheck"}, args...), &out, &errs)
	return code, out.String(), errs.String()
}

func TestHelp(t *testing.T) {
	for _, c := range []struct {
		args string
		want []string
	}{
		{"", []string{"sqlite:FILE", "file:DIR", "memory:", "django+URL", "django+cookie:", "postgres://", "mysql://", "coatcheck demo", "sweep", "schema", "version", "COATCHECK_STORE"}},
		{"help", []string{"coatcheck demo"}},
		{"--help", []string{"coatcheck demo"}},
		{"demo --help", []string{"127.0.0.1:8080", "sqlite:coatcheck-demo.db", "--idle", "--lifetime", "alice:wonderland,bob:builder", "--max-sessions", "curl"}},
		{"help demo", []string{"127.0.0.1:8080"}},
		{"sweep --help", []string{"--every", "--batch", "500", "Examples:"}},
		{"store", []string{"check"}},
		{"store check --help", []string{"--verbose", "Examples:"}},
		{"schema --help", []string{"coatcheck schema --store sqlite:"}},
		{"version", []string{"coatcheck ", "go1."}},
		{"--version", []string{"coatcheck ", "go1."}},
		{"schema --store sqlite:", []string{"CREATE TABLE IF NOT EXISTS coatcheck_sessions", "CREATE INDEX"}},
		{"schema --store sqlite:none/at/all.db", []string{"CREATE TABLE"}},
		{"schema --store postgres:", []string{"CREATE TABLE IF NOT EXISTS coatcheck_sessions", "bytea"}},
		{"schema --store mysql:", []string{"CREATE TABLE IF NOT EXISTS coatcheck_sessions", "VARBINARY"}},
		{"schema --store django+sqlite:", []string{"CREATE TABLE IF NOT EXISTS \"django_session\"", "datetime"}},
		{"schema --store django+postgres:", []string{"CREATE TABLE IF NOT EXISTS \"django_session\"", "varchar_pattern_ops"}},
		{"schema --store django+mysql:", []string{"CREATE TABLE IF NOT EXISTS `django_session`", "datetime(6)"}},
		{"schema --store flask+sqlite:", []string{"CREATE TABLE IF NOT EXISTS sessions", "BLOB"}},
		{"schema --store flask+postgres:", []string{"CREATE TABLE IF NOT EXISTS sessions", "BYTEA"}},
		{"schema --store flask+mysql:", []string{"CREATE TABLE IF NOT EXISTS sessions", "ascii_bin"}},
	} {
		code, out, errs := coatcheck(t, strings.Fields(c.args)...)
		if code != 0 || errs != "" {
			t.Errorf("coatcheck %s: code %d, %s", c.args, code, errs)
		}
		for _, want := range c.want {
			if !strings.Contains(out, want) {
				t.Errorf("coatcheck %s: no %q in\n%s", c.args, want, out)
			}
		}
	}
}

// Every error is one line that says what to do, and comes with the right code.
func TestErrors(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "text")
	if err := os.WriteFile(text, []byte("This is no database, as everybody can see."), 0o600); err != nil {
		t.Fatal(err)
	}
	nothing := filepath.Join(dir, "nothing") // an empty database, or a secret file without a secret
	if err := os.WriteFile(nothing, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()
	const nobody = "127.0.0.1:1" // no server listens there
	const anyPort = "demo --addr 127.0.0.1:0 "
	for _, c := range []struct {
		args string
		code int
		want string
	}{
		{"dmeo", 2, `did you mean "demo"?`},
		{"zzz", 2, `see "coatcheck help"`},
		{"demo --nope", 2, `see "coatcheck demo --help"`},
		{"demo extra", 2, `no argument "extra"`},
		{"demo --addr 8080", 2, "want HOST:PORT"},
		{"demo --addr " + busy.Addr().String(), 1, "is in use by another program"},
		{"demo --addr 127.0.0.1:99999", 1, "choose another address with --addr"},
		{"demo --idle soon", 2, "want a duration from 1s"},
		{"demo --idle 0s", 2, "want a duration from 1s"},
		{"demo --lifetime 10000h", 2, "want a duration from 1s"},
		{"demo --users alice", 2, "user number 1: want NAME:PASSWORD"},
		{"demo --max-sessions -1", 2, "want 0 for no limit"},
		{anyPort + "--store memory", 2, "cookie:[URL], django+URL, django+cookie:, file:DIR, flask:, flask+URL, jwt:[URL], memcached://HOST,HOST,…, memory:, mysql://"},
		{anyPort + "--store memory:x", 2, "nothing after the colon"},
		{anyPort + "--store mongodb://me:hunter2@host", 2, `no store "mongodb:": use cookie:[URL], django+URL, django+cookie:, file:DIR, flask:, flask+URL, jwt:[URL], memcached:`},
		{anyPort + "--store redis:", 2, "want redis://[USER:PASSWORD@]HOST[/DATABASE]"},
		{anyPort + "--store redis://me:hunter2@a,b", 2, "want redis://"},
		{anyPort + "--store redis://me:hunter2@host/x", 2, "want redis://"},
		{anyPort + "--store rediss://me:hunter2@host/-1", 2, "want rediss://"},
		{anyPort + "--store redis+cluster://me:hunter2@a,b/1", 2, "want redis+cluster://"},
		{anyPort + "--store redis+sentinel://me:hunter2@a,b", 2, "want redis+sentinel://"},
		{anyPort + "--store redis://me:hunter2@" + nobody, 1, "check that the server runs"},
		{anyPort + "--store redis+cluster://me:hunter2@" + nobody, 1, "check that the server runs"},
		{anyPort + "--store redis+sentinel://me:hunter2@" + nobody + "/main", 1, "check that the server runs"},
		{anyPort + "--store memcached://me:hunter2@host", 2, "want memcached://HOST,HOST,…"},
		{anyPort + "--store memcached://" + nobody, 1, "check that the servers run"},
		{anyPort + "--store tiered:", 2, "a store is given as"},
		{anyPort + "--store tiered:cookie:", 2, "takes a store after the colon, not cookie:"},
		{anyPort + "--store tiered:tiered:memory:", 2, "takes a store after the colon, not tiered:"},
		{anyPort + "--store tiered:sqlite:" + dir + "/t.db", 2, "give --max-stale"},
		{anyPort + "--store tiered:redis://me:hunter2@" + nobody, 1, "check that the server runs"},
		{anyPort + "--store cookie:nothing", 2, "a store is given as"},
		{anyPort + "--store cookie:jwt:", 2, "takes a store after the colon, not jwt:"},
		{anyPort + "--store cookie: --keys " + dir + "/none", 1, "coatcheck keys new"},
		{anyPort + "--store jwt: --keys " + text, 1, "text"},
		{anyPort + "--store cookie: --max-sessions 2", 2, "needs a store that finds sessions by subject"},
		{"sweep --store cookie:", 2, "nothing here to sweep"},
		{"store check --store jwt:", 2, "is no store"},
		{"store check --store tiered:memory:", 2, "try the store behind it: memory:"},
		{anyPort + "--store flask:x", 2, "for Flask-Session use flask+URL"},
		{anyPort + "--store flask+memory:", 2, "Flask-Session keeps no sessions in memory:"},
		{anyPort + "--store flask+flask:", 2, "Flask-Session keeps no sessions in flask:"},
		{anyPort + "--store flask+nothing:", 2, `no store "nothing:"`},
		{anyPort + "--store flask: --secret-file " + dir + "/none", 1, "no such file"},
		{anyPort + "--store flask+redis://me:hunter2@" + nobody, 1, "check that the server runs"},
		{anyPort + "--store flask+sqlite:" + dir + "/none/x.db", 1, "in a folder that is there"},
		{"sweep --store flask:", 2, "nothing here to sweep"},
		{anyPort + "--store django:", 2, `no store "django:"`},
		{anyPort + "--store django+cookie:x", 2, "for Django's other engines use django+URL"},
		{anyPort + "--store django+memory:", 2, "Django keeps no sessions in memory:"},
		{anyPort + "--store django+django+cookie:", 2, "Django keeps no sessions in django+cookie:"},
		{anyPort + "--store django+:memory:", 2, `no store ":"`},
		{anyPort + "--store django+nothing:", 2, `no store "nothing:"`},
		{anyPort + "--store tiered:django+memory:", 2, "Django keeps no sessions in memory:"},
		{anyPort + "--store tiered:django+file:" + dir, 2, "takes a store after the colon, not django+file:"},
		{anyPort + "--store django+redis://me:hunter2@" + nobody, 1, "check that the server runs"},
		{anyPort + "--store django+memcached://" + nobody, 1, "check that the servers run"},
		{anyPort + "--store django+postgres://me:hunter2@" + nobody + "/app", 1, "check that the server runs"},
		{anyPort + "--store django+mysql://me:hunter2@" + nobody + "/app", 1, "check that the server runs"},
		{anyPort + "--store django+sqlite:" + dir + "/none/x.db", 1, "in a folder that is there"},
		{anyPort + "--store django+sqlite:" + text, 1, "name another file"},
		{anyPort + "--store django+file:" + text, 1, "name another folder"},
		{anyPort + "--store django+cookie: --secret-file " + dir + "/none", 1, "no such file"},
		{anyPort + "--store django+cookie: --secret-file " + dir, 1, "is a directory"},
		{anyPort + "--store django+cookie: --secret-file " + nothing, 1, "put SECRET_KEY on its first line"},
		{anyPort + "--store django+cookie: --idle 1h", 2, "Django has no such limit"},
		{anyPort + "--store django+cookie: --max-sessions 2", 2, "neither listed nor ended"},
		{anyPort + "--store django+cookie: --keys x", 2, "SECRET_KEY is given by --secret-file"},
		{anyPort + "--store django+cookie: --cache redis://" + nobody, 2, "--cache is for django+URL with a database"},
		{anyPort + "--store flask: --cache redis://" + nobody, 2, "--cache is for django+URL with a database"},
		{anyPort + "--store memory: --cache redis://" + nobody, 2, "--cache is for django+URL with a database"},
		{anyPort + "--store django+file:" + dir + " --cache redis://" + nobody, 2, "--cache is for django+URL with a database"},
		{anyPort + "--store django+sqlite:" + dir + "/d.db --cache redis://me:hunter2@" + nobody, 1, "check that the server runs"},
		{anyPort + "--store django+sqlite:" + dir + "/d.db --cache file:" + dir, 2, "--cache: takes redis://"},
		{anyPort + "--store memory: --secret-file x", 2, "--secret-file is for Flask's and Django's"},
		{"sweep --store django+cookie:", 2, "nothing here to sweep"},
		{"sweep --store django+sqlite:" + dir + "/none.db", 1, "no such file"},
		{"sweep --store django+sqlite:" + nothing, 1, `there is no table django_session`},
		{"sweep --store flask+sqlite:" + nothing, 1, `coatcheck schema --store flask+sqlite:`},
		{"sweep --store django+file:" + dir + "/none", 1, "name the folder of an existing store"},
		{"sweep --store flask+file:" + dir, 2, "SESSION_FILE_THRESHOLD"},
		{"store check --store django+sqlite:" + dir + "/none.db", 2, "in the form of Django, and the contract is of Coatcheck's own stores"},
		{"store check --store django+cookie:", 2, "is no store"},
		{"store copy --from flask+sqlite:" + dir + "/none.db --to memory:", 2, "in the form of Flask-Session, and only records"},
		{"store copy --from file:" + dir + " --to django+cookie:", 2, "can't be copied"},
		{"schema --store django+file:x", 2, "keeps no table"},
		{"schema --store django+cookie:", 2, "keeps no table"},
		{"store chekc", 2, `did you mean "check"?`},
		{"store check", 2, "COATCHECK_STORE"},
		{"store check --store memory:x", 2, "nothing after the colon"},
		{anyPort + "--store sqlite:", 2, "sqlite:FILE"},
		{anyPort + "--store file:", 2, "file:DIR"},
		{anyPort + "--store sqlite:" + dir, 1, "name a file that this user can write"},
		{anyPort + "--store sqlite:" + dir + "/none/x.db", 1, "in a folder that is there"},
		{anyPort + "--store sqlite:" + text, 1, "name another file"},
		{anyPort + "--store file:" + text, 1, "name another"},
		{anyPort + "--store postgres:app", 2, "want postgres://USER:PASSWORD@HOST/DATABASE"},
		{anyPort + "--store postgres://me:hunter2%@host/app", 2, "want postgres://USER:PASSWORD@HOST/DATABASE"},
		{anyPort + "--store postgres://me:hunter2@host/app?sslmode=perhaps", 2, "want postgres://USER:PASSWORD@HOST/DATABASE"},
		{anyPort + "--store postgres://me:hunter2@" + nobody + "/app", 1, "check that the server runs"},
		{anyPort + "--store mysql:app", 2, "want mysql://USER:PASSWORD@HOST/DATABASE"},
		{anyPort + "--store mysql://me:hunter2%@host/app", 2, "want mysql://USER:PASSWORD@HOST/DATABASE"},
		{anyPort + "--store mysql://me:hunter2@host", 2, "want mysql://USER:PASSWORD@HOST/DATABASE"},
		{anyPort + "--store mysql://me:hunter2@host/app?timeout=soon", 2, "want mysql://USER:PASSWORD@HOST/DATABASE"},
		{anyPort + "--store mysql://me:hunter2@" + nobody + "/app", 1, "check that the server runs"},
		{"sweep", 2, "COATCHECK_STORE"},
		{"sweep --store memory:", 2, "nothing here to sweep"},
		{"sweep --store sqlite:" + dir + "/none.db", 1, "no such file"},
		{"sweep --store file:" + dir + "/none", 1, "name the folder of an existing store"},
		{"sweep --store sqlite: --batch 0", 2, "want from 1 to"},
		{"sweep --store sqlite: --every never", 2, "want a duration"},
		{"schema", 2, "COATCHECK_STORE"},
		{"schema --store memory:", 2, "schema is for mysql://USER:PASSWORD@HOST/DATABASE, postgres://USER:PASSWORD@HOST/DATABASE or sqlite:FILE"},
		{"schema --store file:x", 2, "schema is for mysql://USER:PASSWORD@HOST/DATABASE, postgres://USER:PASSWORD@HOST/DATABASE or sqlite:FILE"},
	} {
		code, out, errs := coatcheck(t, strings.Fields(c.args)...)
		if code != c.code || out != "" || !strings.Contains(errs, c.want) {
			t.Errorf("coatcheck %s: code %d, want %d and %q\n%s%s", c.args, code, c.code, c.want, out, errs)
		}
		if strings.Count(errs, "\n") != 1 || !strings.HasPrefix(errs, "coatcheck: ") || strings.Contains(errs, "hunter2") {
			t.Errorf("coatcheck %s: want one line without a secret:\n%s", c.args, errs)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "none.db")); err == nil {
		t.Error("sweep made a database")
	}
}

func TestStoreFromTheEnvironment(t *testing.T) {
	t.Setenv("COATCHECK_STORE", "memory:")
	if _, _, errs := coatcheck(t, "sweep"); !strings.Contains(errs, "nothing here to sweep") {
		t.Error(errs)
	}
	if code, out, _ := coatcheck(t, "schema", "--store", "sqlite:"); code != 0 || out == "" {
		t.Error("the flag doesn't go before the environment")
	}
}
