package main

import (
	"context"
	"io"
	"log"
	"os"
	"strings"
	"testing"

	"github.com/coatcheck-go/session/examples/internal/besidepython"
	"github.com/coatcheck-go/session/examples/internal/besidepython/fakepython"
)

func TestMain(m *testing.M) {
	log.SetOutput(io.Discard)
	fakepython.Main()
	os.Exit(m.Run())
}

// The program begins with Flask and ends with it.
func TestRun(t *testing.T) {
	o := besidepython.Options{Framework: "Flask", Addr: "127.0.0.1:0", Python: fakepython.Serving(t), Moved: []string{"/"}}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := run(ctx, o); err != nil {
		t.Error(err)
	}
	missing := o
	missing.Python = "no-such-interpreter"
	if err := run(ctx, missing); err == nil {
		t.Error("it runs without Flask")
	}
	t.Setenv("FLASK_PERMANENT_SESSION_LIFETIME", "soon")
	if err := run(ctx, o); err == nil {
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
