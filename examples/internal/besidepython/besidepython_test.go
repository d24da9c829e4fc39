package besidepython

import (
	"context"
	"io"
	"log"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/coatcheck-go/session/examples/internal/besidepython/fakepython"
)

func TestMain(m *testing.M) {
	log.SetOutput(io.Discard)
	fakepython.Main()
	os.Exit(m.Run())
}

var files = fstest.MapFS{"serve.py": {}, "templates/layout.html": {}}

func TestStart(t *testing.T) {
	o := Options{Framework: "Flask", Python: fakepython.Serving(t)}
	app, err := o.Start(files, os.Environ()...)
	if err != nil {
		t.Fatal(err)
	}
	for name := range files {
		if _, err := os.Stat(filepath.Join(app.Dir, name)); err != nil {
			t.Error(err)
		}
	}
	if res, err := http.Get(app.URL.String()); err != nil || res.StatusCode != http.StatusNotFound {
		t.Errorf("it doesn't serve: %v", err)
	}
	if err := app.Stop(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(app.Dir); !os.IsNotExist(err) {
		t.Errorf("its folder is left (%v)", err)
	}
}

func TestNoPython(t *testing.T) {
	for python, want := range map[string]string{
		fakepython.Ending(t):  "Flask didn't start, see above",
		"no-such-interpreter": "pip install flask",
	} {
		if _, err := (Options{Framework: "Flask", Python: python}).Start(files, os.Environ()...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

// Nobody named a Python, and there is none: the error says what is missing.
func TestNothingToMakeOneOf(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	t.Setenv("HOME", t.TempDir())
	t.Setenv("LocalAppData", t.TempDir())
	if _, err := (Options{Framework: "Flask"}).Start(files); err == nil || !strings.Contains(err.Error(), "install Python 3 and Flask") {
		t.Errorf("%v", err)
	}
}

func TestServe(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := (Options{Framework: "Flask", Addr: "127.0.0.1:0"}).Serve(ctx, nil, http.NotFoundHandler()); err != nil {
		t.Error(err)
	}
	if err := (Options{Framework: "Flask", Addr: "nowhere"}).Serve(ctx, nil, http.NotFoundHandler()); err == nil {
		t.Error("it listens nowhere")
	}
}
