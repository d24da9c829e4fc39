package djangostore

import (
	"crypto/md5" //nolint:gosec // Django's names of indexes, nothing is protected by it
	"encoding/base64"
	"encoding/hex"
	"errors"
	"time"
)

// A shape is what Django's two kinds of tables differ in.
type shape struct {
	key, data, expiry string                    // columns
	longest           int                       // key
	precision         time.Duration             // of times
	like              bool                      // PostgreSQL has an index of the key for LIKE, too
	index             func(table string) string // name of that of the times
	pack              func(value string) (text string, err error)
	unpack            func(text string) (value string, err error)
}

var (
	sessionShape = shape{
		key: "session_key", data: "session_data", expiry: "expire_date",
		longest:   40,
		precision: time.Microsecond,
		like:      true,
		index:     func(table string) string { return indexName(table, "expire_date") },
		pack:      ascii,
		unpack:    func(text string) (string, error) { return text, nil },
	}
	cacheShape = shape{
		key: "cache_key", data: "value", expiry: "expires",
		longest:   255,
		precision: time.Second,
		index:     func(table string) string { return table + "_expires" },
		pack:      func(value string) (string, error) { return base64.StdEncoding.EncodeToString([]byte(value)), nil },
		unpack:    unbase64,
	}
)

var errText = errors.New("a session's text is ASCII without NUL, as Django's signing makes it")

// ascii lets through what every database keeps as it is, whatever its encoding.
func ascii(value string) (string, error) {
	for i := range len(value) {
		if c := value[i]; c == 0 || c > '~' {
			return "", errText
		}
	}
	return value, nil
}

func unbase64(text string) (string, error) {
	value, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return "", errBroken
	}
	return string(value), nil
}

// indexName is how Django names an index of one column: see
// BaseDatabaseSchemaEditor._create_index_name.
func indexName(table, column string) string {
	sum := md5.Sum([]byte(table + column)) //nolint:gosec // see above
	return table + "_" + column + "_" + hex.EncodeToString(sum[:4])
}
