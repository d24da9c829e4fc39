package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
)

// fakePython says how this program shall behave in the place of Python.
const fakePython = "COATCHECK_FAKE_PYTHON"

func TestMain(m *testing.M) {
	log.SetOutput(io.Discard)
	switch os.Getenv(fakePython) {
	case "":
		os.Exit(m.Run())
	case "serves":
		server := httptest.NewServer(http.NotFoundHandler())
		fmt.Println(server.URL)
		_, _ = io.Copy(io.Discard, os.Stdin)
	default:
		os.Exit(1)
	}
}

func TestStartFlask(t *testing.T) {
	app, err := startFlask(os.Args[0], []string{fakePython + "=serves"})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"app.py", "serve.py", "templates/layout.html", "static/style.css"} {
		if _, err := os.Stat(app.dir + "/" + name); err != nil {
			t.Error(err)
		}
	}
	if res, err := http.Get(app.url.String()); err != nil || res.StatusCode != http.StatusNotFound {
		t.Errorf("it doesn't serve: %v", err)
	}
	if err := app.stop(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(app.dir); !os.IsNotExist(err) {
		t.Errorf("its folder is left (%v)", err)
	}
}

func TestNoFlask(t *testing.T) {
	for python, want := range map[string]string{
		os.Args[0]:            "Flask didn't start, see above",
		"no-such-interpreter": "pip install flask",
	} {
		if _, err := startFlask(python, []string{fakePython + "=ends"}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

// The program begins with Flask and ends with it.
func TestRun(t *testing.T) {
	t.Setenv(fakePython, "serves")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := run(ctx, "127.0.0.1:0", os.Args[0], []string{"/"}); err != nil {
		t.Error(err)
	}
	if err := run(ctx, "127.0.0.1:0", "no-such-interpreter", nil); err == nil {
		t.Error("it runs without Flask")
	}
	t.Setenv("FLASK_PERMANENT_SESSION_LIFETIME", "soon")
	if err := run(ctx, "127.0.0.1:0", os.Args[0], nil); err == nil {
		t.Error("it runs with a setting that can't be read")
	}
}

func TestSharedSettings(t *testing.T) {
	made := strings.Join(sharedSettings(nil), " ")
	if !strings.HasPrefix(made, "FLASK_SECRET_KEY=") || !strings.HasSuffix(made, " FLASK_SESSION_COOKIE_SAMESITE=Lax") {
		t.Errorf("made %q", made)
	}
	if again := strings.Join(sharedSettings(nil), " "); again == made {
		t.Error("two runs have one secret")
	}
	const set = "FLASK_SECRET_KEY=a FLASK_SESSION_COOKIE_SAMESITE=Strict"
	if kept := strings.Join(sharedSettings(strings.Fields(set)), " "); kept != set {
		t.Errorf("%q became %q", set, kept)
	}
}
