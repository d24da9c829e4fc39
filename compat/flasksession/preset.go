package flasksession

import (
	"cmp"
	"strings"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/compat/internal/flaskconfig"
	"github.com/coatcheck-go/session/kv"
)

const (
	sessionType = "SESSION_TYPE"
	keyPrefix   = "SESSION_KEY_PREFIX"
	idLength    = "SESSION_ID_LENGTH"
	sidLength   = "SESSION_SID_LENGTH" // what releases before 0.8 call it
	format      = "SESSION_SERIALIZATION_FORMAT"
	fileMode    = "SESSION_FILE_MODE"
	tableName   = "SESSION_SQLALCHEMY_TABLE"
)

// others are what Flask-Session alone makes use of, see FromConfig.
var others = []string{
	"SESSION_REDIS", "SESSION_MEMCACHED", "SESSION_CACHELIB", "SESSION_SQLALCHEMY",
	"SESSION_FILE_DIR", "SESSION_FILE_THRESHOLD",
	"SESSION_SQLALCHEMY_BIND_KEY", "SESSION_SQLALCHEMY_SEQUENCE", "SESSION_CLEANUP_N_REQUESTS",
	"SESSION_MONGODB", "SESSION_MONGODB_DB", "SESSION_MONGODB_COLLECT",
	"SESSION_DYNAMODB", "SESSION_DYNAMODB_TABLE",
	"SESSION_COOKIE_PARTITIONED",
}

// FromConfig returns the Config of a Manager that shares the sessions of the Flask
// application with these settings, called as in app.config. flask.SettingsFromJSON and
// flask.SettingsFromEnv read them. A connection is no setting: o.Store is the store,
// without a prefix of its own.
//
//	SESSION_TYPE                              redis, memcached: any kv.Store; filesystem,
//	                                          cachelib: a Folder; sqlalchemy: a Table
//	SESSION_KEY_PREFIX
//	SESSION_ID_LENGTH, SESSION_SID_LENGTH     from 16 to 64
//	SESSION_USE_SIGNER                        with SECRET_KEY and, to be accepted,
//	                                          SECRET_KEY_FALLBACKS
//	SESSION_PERMANENT
//	SESSION_SERIALIZATION_FORMAT              msgpack, json; not in a Folder; else o.Format
//	SESSION_REFRESH_EACH_REQUEST
//	PERMANENT_SESSION_LIFETIME                seconds, a time.Duration, or a timedelta as text
//	SESSION_COOKIE_NAME, _DOMAIN, _PATH (else APPLICATION_ROOT), _HTTPONLY, _SECURE,
//	_SAMESITE
//
// These are compared with o.Store, if it is of the kind:
//
//	SESSION_FILE_MODE                         a Folder's FolderOptions.Mode
//	SESSION_SQLALCHEMY_TABLE, _SCHEMA         a Table's TableOptions.Name
//
// And these are passed over:
//
//	SESSION_REDIS, SESSION_MEMCACHED, SESSION_CACHELIB, SESSION_FILE_DIR,
//	SESSION_SQLALCHEMY, _BIND_KEY             say what o.Store must be; a path or a
//	                                          connection may be another one here
//	SESSION_SQLALCHEMY_SEQUENCE               the default of the table's column must use it
//	SESSION_FILE_THRESHOLD,
//	SESSION_CLEANUP_N_REQUESTS                Flask-Session itself deletes sessions by these
//	SESSION_MONGODB..., SESSION_DYNAMODB...   of a SESSION_TYPE that is an error
//	SESSION_COOKIE_PARTITIONED                Flask-Session never sends it
//
// What isn't there, or nil, has Flask-Session's default, but SESSION_TYPE must be set.
// The settings count before o; those that say nothing of UUID, SubjectKey,
// IntegerSubject and, before 0.8, Format leave them to o. Before Flask 2.3 a SERVER_NAME
// is the cookie's domain where there is no SESSION_COOKIE_DOMAIN; set that on both sides.
//
// The error lists everything that can't be honoured, other settings that begin with
// SESSION_ as well. It holds no key.
func FromConfig(settings map[string]any, o Options) (session.Config, error) {
	r := flaskconfig.Read("flasksession", settings)
	checkType(r, o.Store)
	checkStore(r, o.Store)
	o = fromReader(r, o)
	cookie := r.Cookie()
	r.Ignore(others...)
	r.Rest("is no setting of Flask-Session 0.8 or 0.3.2, nor of Flask's cookies")
	if err := r.Err(); err != nil {
		return session.Config{}, err
	}
	e, err := New(o)
	if err != nil {
		return session.Config{}, err
	}
	config := e.Config(session.Config{Cookie: session.Cookie{Foreign: cookie}})
	_, err = session.New(config) // it knows which cookies browsers refuse
	return config, err
}

// fromReader returns o with what the settings say.
func fromReader(r *flaskconfig.Reader, o Options) Options {
	o.Prefix = prefixOf(r)
	o.IDLength = r.Int(idLength, r.Int(sidLength, defaultIDLength, minIDLength, maxIDLength), minIDLength, maxIDLength)
	o.NotPermanent = !r.Bool("SESSION_PERMANENT", true)
	o.Format = formatOf(r, o)
	o.NoRefresh = !r.Refresh()
	o.Lifetime = r.Lifetime()
	o.SecretKeys = nil
	if r.Bool("SESSION_USE_SIGNER", false) {
		o.SecretKeys = r.Keys()
	}
	return o
}

func prefixOf(r *flaskconfig.Reader) string {
	prefix := r.Text(keyPrefix)
	switch {
	case r.Value(keyPrefix) == "":
		return noPrefix
	case prefix == noPrefix:
		r.Fail(keyPrefix, `can't be "-", which stands for none in Options.Prefix`)
	}
	return prefix
}

func formatOf(r *flaskconfig.Reader, o Options) Format {
	text := r.Text(format)
	if _, ok := o.Store.(*Folder); ok {
		return o.Format // cachelib has its own
	}
	switch text {
	case "":
		return o.Format
	case "msgpack":
		return Msgpack
	case "json":
		return JSON
	}
	r.Fail(format, "must be msgpack or json")
	return o.Format
}

// checkType holds o.Store to SESSION_TYPE.
func checkType(r *flaskconfig.Reader, s kv.Store) {
	_, folder := s.(*Folder)
	_, table := s.(*Table)
	fits, why := false, "is no type of Flask-Session 0.8 or 0.3.2"
	switch strings.ToLower(r.Text(sessionType)) { // as Flask-Session does
	case "":
		why = "must be set"
	case "null":
		why = "keeps no sessions"
	case "mongodb", "dynamodb":
		why = "there is no store for it; docs/interop.md says what one would take"
	case "redis", "memcached":
		fits, why = s != nil && !folder && !table, "Options.Store must be a kv.Store on that server"
	case "filesystem", "cachelib":
		fits, why = folder, "Options.Store must be a Folder"
	case "sqlalchemy":
		fits, why = table, "Options.Store must be a Table"
	}
	if !fits {
		r.Fail(sessionType, why)
	}
}

// checkStore holds o.Store to the settings of its kind.
func checkStore(r *flaskconfig.Reader, s kv.Store) {
	mode := r.Int(fileMode, defaultMode, 0, 0o777)
	if f, ok := s.(*Folder); ok && int(f.mode) != mode {
		r.Fail(fileMode, "is another than FolderOptions.Mode of Options.Store")
	}
	name := cmp.Or(r.Text(tableName), defaultTable)
	if schema := r.Text("SESSION_SQLALCHEMY_SCHEMA"); schema != "" {
		name = schema + "." + name
	}
	if t, ok := s.(*Table); ok && t.name != name {
		r.Fail(tableName, "with SESSION_SQLALCHEMY_SCHEMA is another than TableOptions.Name of Options.Store")
	}
}
