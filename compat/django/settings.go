package django

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// SettingsFromDiff reads what these print, in either form of output:
//
//	python manage.py diffsettings --all --output=unified
//	python manage.py diffsettings --all
//
// Without --all what is left out has the default of Django 5.2. The output holds
// SECRET_KEY. An error: no setting is in it, or reading failed.
func SettingsFromDiff(dump io.Reader) (map[string]any, error) {
	settings := map[string]any{}
	lines := bufio.NewScanner(dump)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		line := strings.TrimPrefix(lines.Text(), "###")
		if strings.HasPrefix(line, "- ") {
			continue // the default of one that comes next
		}
		name, repr, ok := strings.Cut(strings.TrimLeft(line, "+ "), " = ")
		if ok {
			settings[name] = readRepr(strings.TrimSuffix(repr, "  ###"))
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("django: read settings: %w", err)
	}
	if len(settings) == 0 {
		return nil, errors.New("django: there is no setting in the dump")
	}
	return settings, nil
}

// SettingsFromJSON reads a dump of the settings as a JSON object. An error: it is
// another thing; it doesn't tell what.
func SettingsFromJSON(dump io.Reader) (map[string]any, error) {
	d := json.NewDecoder(dump)
	d.UseNumber()
	var settings map[string]any
	if err := d.Decode(&settings); err != nil || settings == nil {
		return nil, errors.New("django: the settings are no JSON object")
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errors.New("django: there is more than one JSON value of settings")
	}
	return settings, nil
}

// A reader takes settings by their types and notes what is wrong. No error tells a
// value: it may be a key in the wrong place.
type reader struct {
	settings map[string]any
	errs     []error
}

func (r *reader) fail(name, why string) {
	r.errs = append(r.errs, fmt.Errorf("django: %s %s", name, why))
}

// text returns preset for one that isn't there, and "" for None.
func (r *reader) text(name, preset string) string {
	v, ok := r.settings[name]
	if !ok {
		return preset
	}
	text, ok := v.(string)
	if !ok && v != nil {
		r.fail(name, "must be text")
	}
	return text
}

func (r *reader) boolean(name string, preset bool) bool {
	v, ok := r.settings[name]
	if !ok {
		return preset
	}
	b, ok := v.(bool)
	if !ok && v != nil {
		r.fail(name, "must be True or False")
	}
	return b
}

func (r *reader) texts(name string) []string {
	switch v := r.settings[name].(type) {
	case nil:
		return nil
	case []string:
		return v
	default:
		all, ok := strs(v)
		if !ok {
			r.fail(name, "must be a list of text")
		}
		return all
	}
}

// seconds returns 0 for one that isn't there.
func (r *reader) seconds(name string) time.Duration {
	v := r.settings[name]
	if v == nil {
		return 0
	}
	n, err := strconv.ParseFloat(fmt.Sprint(v), 64)
	if d, ok := v.(time.Duration); ok {
		n, err = d.Seconds(), nil
	}
	if err != nil || n != math.Trunc(n) || n < 1 || n > maxCookieAge.Seconds() {
		r.fail(name, "must be whole seconds, from 1 to 34560000 (400 days)")
		return 0
	}
	return time.Duration(n) * time.Second
}

// sameSite reads "Lax" and so on; False, and None in some settings, send none.
func (r *reader) sameSite(name string) http.SameSite {
	v, ok := r.settings[name]
	if !ok {
		return http.SameSiteLaxMode
	}
	if v == nil || v == false {
		return 0
	}
	text, _ := v.(string)
	switch strings.ToLower(text) {
	case "lax":
		return http.SameSiteLaxMode
	case "strict":
		return http.SameSiteStrictMode
	case "none":
		return http.SameSiteNoneMode
	}
	r.fail(name, "must be Lax, Strict, None as text, or False")
	return 0
}
