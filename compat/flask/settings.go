package flask

import (
	"encoding/json"
	"errors"
	"io"
	"strings"
)

// SettingsFromJSON reads a dump of app.config, such as
//
//	json.dumps(dict(app.config), default=str)
//
// An error: it isn't one JSON object; it doesn't tell what it is.
func SettingsFromJSON(dump io.Reader) (map[string]any, error) {
	d := json.NewDecoder(dump)
	d.UseNumber()
	var settings map[string]any
	if err := d.Decode(&settings); err != nil || settings == nil {
		return nil, errors.New("flask: the settings are no JSON object")
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errors.New("flask: there is more than one JSON value of settings")
	}
	return settings, nil
}

// SettingsFromEnv reads settings from an environment, as of os.Environ, by the
// rules of Flask's Config.from_prefixed_env: names begin with prefix ("FLASK" in
// Flask) and an underscore, values are JSON, or text where they aren't. Two
// underscores lead into a dict there; none of what concerns sessions is in one, so
// those names stay as they are.
func SettingsFromEnv(prefix string, environ []string) map[string]any {
	settings := map[string]any{}
	for _, entry := range environ {
		name, text, _ := strings.Cut(entry, "=")
		name, ok := strings.CutPrefix(name, prefix+"_")
		if !ok {
			continue
		}
		d := json.NewDecoder(strings.NewReader(text))
		d.UseNumber()
		var value any = text
		if json.Valid([]byte(text)) {
			_ = d.Decode(&value) // it is valid
		}
		settings[name] = value
	}
	return settings
}
