package djangostore

import (
	"errors"
	"os"
	"strings"
	"time"
)

// FolderOptions say how the site's engine "file" is set. The zero value is Django's own
// settings.
type FolderOptions struct {
	// CookieName is SESSION_COOKIE_NAME, which the names of the files begin with.
	// Default "sessionid".
	CookieName string

	// Age is SESSION_COOKIE_AGE, the time to live of a session that has none of its
	// own. Default two weeks.
	Age time.Duration

	// Expiry, if it isn't nil, returns when a session that was changed at modified
	// ends by its own _session_expiry; ok is false if it has none. payload is its
	// text, as it stands in the file. It is called by each method that reads, and
	// by those that write.
	Expiry func(payload string, modified time.Time) (until time.Time, ok bool)
}

const (
	defaultCookieName = "sessionid"
	defaultAge        = 14 * 24 * time.Hour
)

// OpenFolder returns the store on the folder of Django's engine "file":
// SESSION_FILE_PATH, by default the system's temporary folder. It must be there.
// Errors: it isn't a folder; o.CookieName isn't up to 100 ASCII letters, digits, - and _.
//
// A file's name is the cookie's and the key, and it holds the session's text, or
// nothing while Django creates it. Keys are of the letters a to z and digits, as
// Django's are; there is nothing under any other key, and Add of one is an error. A
// session ends by what it has in _session_expiry, or else o.Age after the file was
// changed. So the store sets the time of the file back or on, by as much as the time to
// live is shorter or longer than that; what a session's own _session_expiry says
// goes before the time to live.
//
// Django never ends a session with a number of seconds in _session_expiry when it loads
// the file; here it ends when they are over.
func OpenFolder(path string, o FolderOptions) (*Folder, error) {
	form := sessionForm{o}
	if o.CookieName == "" {
		form.o.CookieName = defaultCookieName
	}
	if o.Age == 0 {
		form.o.Age = defaultAge
	}
	info, err := os.Stat(path)
	switch {
	case err != nil:
	case !info.IsDir():
		err = errors.New("the path is no folder")
	case len(form.o.CookieName) > 100 || strings.Trim(form.o.CookieName, alphabet+"ABCDEFGHIJKLMNOPQRSTUVWXYZ-_") != "":
		err = errors.New("FolderOptions.CookieName must be up to 100 letters, digits, - and _")
	}
	if err != nil {
		return nil, failed("open folder", err)
	}
	return newFolder(path, "coatcheck-lock-"+form.o.CookieName, form), nil
}

// alphabet is what Django's session keys are made of.
const alphabet = "abcdefghijklmnopqrstuvwxyz0123456789"

// A sessionForm is that of files with sessions.
type sessionForm struct{ o FolderOptions }

func (f sessionForm) name(key string) string {
	if key == "" || len(key) > 100 || strings.Trim(key, alphabet) != "" {
		return ""
	}
	return f.o.CookieName + key
}

// temporary is a name that Django takes for none of a session, because of the _.
func (f sessionForm) temporary(name string) string { return name + "_out_*" }

func (f sessionForm) owns(name string) bool {
	key, ok := strings.CutPrefix(name, f.o.CookieName)
	return ok && f.name(key) != ""
}

func (f sessionForm) write(value string, until time.Time) ([]byte, time.Time, error) {
	now := time.Now()
	return []byte(value), now.Add(until.Sub(f.until(value, now))), nil
}

func (f sessionForm) read(content []byte, modified time.Time) (string, time.Time, error) {
	value := string(content)
	return value, f.until(value, modified), nil
}

// until is when a session ends that was changed at modified.
func (f sessionForm) until(value string, modified time.Time) time.Time {
	if f.o.Expiry != nil {
		if until, ok := f.o.Expiry(value, modified); ok {
			return until
		}
	}
	return modified.Add(f.o.Age)
}
