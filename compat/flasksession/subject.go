package flasksession

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxSubject is what a session takes as a subject.
const maxSubject = 255

// readSubject returns who is signed in by the value under SubjectKey, "" if it isn't
// what the application keeps there.
func (o Options) readSubject(v any) string {
	if n, ok := v.(int64); ok && o.IntegerSubject && o.SubjectKey != noSubject {
		return strconv.FormatInt(n, 10)
	}
	subject, ok := v.(string)
	if !ok || o.IntegerSubject || o.SubjectKey == noSubject || len(subject) > maxSubject || !utf8.ValidString(subject) || strings.ContainsRune(subject, 0) {
		return ""
	}
	return subject
}

// writeSubject returns the value under SubjectKey.
func (o Options) writeSubject(subject string) (any, error) {
	switch {
	case o.SubjectKey == noSubject:
		return nil, fmt.Errorf("Options.SubjectKey says that nobody signs in here: %w", errors.ErrUnsupported)
	case !o.IntegerSubject:
		return subject, nil
	}
	n, err := strconv.ParseInt(subject, 10, 64)
	if err != nil || strconv.FormatInt(n, 10) != subject {
		return nil, fmt.Errorf("Options.IntegerSubject: a subject is no integer: %w", errors.ErrUnsupported)
	}
	return n, nil
}
