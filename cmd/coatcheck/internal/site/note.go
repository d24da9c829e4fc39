package site

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/coatcheck-go/session"
)

// A note says what a request did to its session.
type note []string

// save saves the session before the page is written and notes what came of it. A
// handler that shows no such note needs no Save: it happens by itself.
func (p *page) save(r *http.Request) error {
	isNew, err := p.Session.IsNew()
	if err != nil {
		return err
	}
	changed, carried := p.Session.Modified(), p.Session.Token()
	if err := p.Session.Save(); err != nil {
		return err
	}
	sent := p.Session.Token() != carried
	p.Note = note{readNote(isNew, p.read), writeNote(changed, isNew && sent), cookieNote(sent)}
	if kinds := eventsOf(r.Context()); len(kinds) > 0 {
		p.Note = append(p.Note, eventNote(kinds))
	}
	return nil
}

func readNote(isNew bool, keys []string) string {
	switch {
	case isNew:
		return "Your browser sent no cookie of a session, so there was nothing to read."
	case len(keys) == 0:
		return "The session was read once, for who you are; none of its values was needed."
	}
	return fmt.Sprintf("The session was read once, and %d of its values decoded: %s.", len(keys), strings.Join(keys, ", "))
}

func writeNote(changed, began bool) string {
	switch {
	case began:
		return "A session began, since this page has a form, and the form's token must belong to one."
	case changed:
		return "The session was saved: messages are shown once and then removed."
	}
	return "Nothing was written."
}

func cookieNote(sent bool) string {
	if sent {
		return "A session cookie was set."
	}
	return "No session cookie was set."
}

func eventNote(kinds []session.EventKind) string {
	names := make([]string, len(kinds))
	for i, kind := range kinds {
		names[i] = string(kind)
	}
	return "Events: " + strings.Join(names, ", ") + "."
}
