package flask

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"
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

// A reader takes settings by their types and notes what is wrong. No error tells a
// value: it may be a key in the wrong place.
type reader struct {
	settings map[string]any
	errs     []error
}

func (r *reader) fail(name, why string) {
	r.errs = append(r.errs, fmt.Errorf("flask: %s: %s", name, why))
}

func (r *reader) text(name string) string {
	switch v := r.settings[name].(type) {
	case nil:
	case string:
		return v
	default:
		r.fail(name, fmt.Sprintf("must be text, not %T", v))
	}
	return ""
}

func (r *reader) boolean(name string, preset bool) bool {
	switch v := r.settings[name].(type) {
	case nil:
	case bool:
		return v
	default:
		r.fail(name, fmt.Sprintf("must be true or false, not %T", v))
	}
	return preset
}

// key reads the one key that signs.
func (r *reader) key() []string {
	key, ok := secret(r.settings[secretKey])
	if !ok || key == "" {
		r.fail(secretKey, "must be set, to text or bytes")
	}
	return []string{key}
}

// fallbacks reads a list of keys.
func (r *reader) fallbacks() (all []string) {
	v := reflect.ValueOf(r.settings[secretKeyFallbacks])
	if !v.IsValid() {
		return nil
	}
	if v.Kind() != reflect.Slice || v.Type().Elem().Kind() == reflect.Uint8 {
		r.fail(secretKeyFallbacks, "must be a list of keys")
		return nil
	}
	for i := range v.Len() {
		key, ok := secret(v.Index(i).Interface())
		if !ok || key == "" {
			r.fail(secretKeyFallbacks, "a key must be text or bytes, and not empty")
		}
		all = append(all, key)
	}
	return all
}

func secret(v any) (key string, ok bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case []byte:
		return string(v), true
	}
	return "", false
}

// duration returns 0 for Flask's default.
func (r *reader) duration(name string) time.Duration {
	var d time.Duration
	ok := true
	switch v := r.settings[name].(type) {
	case nil:
		return 0
	case time.Duration:
		d = v
	case string:
		d, ok = timedelta(v)
	case bool:
		ok = false
	default:
		d, ok = seconds(fmt.Sprint(v))
	}
	switch {
	case !ok:
		r.fail(name, "must be seconds, or a timedelta as text")
	case d < time.Second || d > maxLifetime:
		r.fail(name, "must be from 1 second to 400 days")
	}
	return d
}

// seconds reads a number.
func seconds(text string) (time.Duration, bool) {
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(f) {
		return 0, false
	}
	f = min(max(f, 0), 2*maxLifetime.Seconds()) // either end is out of bounds
	return time.Duration(f * float64(time.Second)), true
}

// deltaForm is Python's str(timedelta).
var deltaForm = regexp.MustCompile(`^(?:(-?\d{1,9}) days?, )?(\d{1,2}):(\d\d):(\d\d(?:\.\d{1,6})?)$`)

// timedelta reads "31 days, 0:00:00" or "1:30:00", and plain seconds.
func timedelta(text string) (time.Duration, bool) {
	parts := deltaForm.FindStringSubmatch(text)
	if parts == nil {
		return seconds(text)
	}
	total := 0.0
	for i, unit := range []float64{24 * 60 * 60, 60 * 60, 60, 1} {
		n, _ := strconv.ParseFloat(parts[i+1], 64) // "" is 0 days
		total += n * unit
	}
	return seconds(strconv.FormatFloat(total, 'f', -1, 64))
}
