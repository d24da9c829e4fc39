package main

import (
	"bytes"
	"crypto/rand"
	"embed"
	"fmt"
	"io/fs"
	"os"

	"github.com/coatcheck-go/session/compat/django"
	"github.com/coatcheck-go/session/examples/internal/besidepython"
)

//go:embed python
var files embed.FS

// startDjango starts the Django site, in a folder of its own, with a new database.
func startDjango(o besidepython.Options, engine string) (*besidepython.App, error) {
	site, err := fs.Sub(files, "python")
	if err != nil {
		return nil, err
	}
	return o.Start(site, append(os.Environ(), "DJANGO_SECRET_KEY="+rand.Text()+rand.Text(), "DJANGO_SESSION_ENGINE="+engine)...)
}

// readSettings asks Django for its settings, so that nothing must be said twice.
func readSettings(app *besidepython.App) (map[string]any, error) {
	dump, err := app.Command("manage.py", "diffsettings", "--all", "--output=unified").Output()
	if err != nil {
		return nil, fmt.Errorf("diffsettings: %w", err)
	}
	return django.SettingsFromDiff(bytes.NewReader(dump))
}

// setting returns a text from the settings: setting(s, "DATABASES", "default", "NAME").
func setting(settings map[string]any, path ...string) (string, error) {
	var v any = settings
	for _, name := range path {
		inner, _ := v.(map[string]any)
		v = inner[name]
	}
	text, ok := v.(string)
	if !ok {
		return "", fmt.Errorf("the settings have no text under %q", path)
	}
	return text, nil
}
