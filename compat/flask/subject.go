package flask

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/compat/internal/pyjson"
)

// maxSubject is what a session takes as a subject.
const maxSubject = 255

// readSubject returns who is signed in by the value under SubjectKey, "" if it isn't
// what the application keeps there.
func (o Options) readSubject(raw string) string {
	if o.IntegerSubject {
		n, err := strconv.ParseInt(raw, 10, 64)
		if err != nil || strconv.FormatInt(n, 10) != raw {
			return ""
		}
		return raw
	}
	subject, err := pyjson.ReadString(raw)
	if err != nil || len(subject) > maxSubject || strings.ContainsRune(subject, 0) {
		return ""
	}
	return subject
}

var errSubjectValue = fmt.Errorf("flask: who is signed in is set by Login, not as a value: %w", errors.ErrUnsupported)

// writeSubject returns the value under SubjectKey.
func (o Options) writeSubject(s *session.Snapshot) (raw string, err error) {
	switch {
	case o.SubjectKey == noSubject:
		return "", fmt.Errorf("flask: Options.SubjectKey says that nobody signs in here: %w", errors.ErrUnsupported)
	case !o.IntegerSubject:
		text, err := ascii.AppendString(nil, s.Subject)
		return string(text), err
	case o.readSubject(s.Subject) == "":
		return "", fmt.Errorf("flask: Options.IntegerSubject: a subject is no integer: %w", errors.ErrUnsupported)
	}
	return s.Subject, nil
}
