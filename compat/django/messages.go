package django

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"strings"

	"github.com/coatcheck-go/session"
	"github.com/coatcheck-go/session/compat/djangosigning"
)

// A MessageStorage is MESSAGE_STORAGE: where django.contrib.messages keeps messages.
type MessageStorage byte

// Django's own storages.
const (
	FallbackStorage MessageStorage = iota // the cookie, and the session for what doesn't fit; the default
	CookieStorage                         // the cookie alone; what doesn't fit is lost, the oldest first
	SessionStorage                        // the session alone: Session.AddFlash and Session.Flashes
)

// MessagesOptions are what the site and this program must agree on.
type MessagesOptions struct {
	// SecretKeys and SHA1 are those of [Options].
	SecretKeys []string
	SHA1       SHA1

	// Storage is MESSAGE_STORAGE.
	Storage MessageStorage

	// Level is MESSAGE_LEVEL: a message of a lower one isn't kept. Default
	// session.Notice, Django's INFO.
	Level session.FlashLevel

	// Tags is MESSAGE_TAGS: names of levels, in the place of Django's own or besides
	// them. See Messages.Tags.
	Tags map[session.FlashLevel]string

	// Cookie has the attributes of the messages cookie, which are the session
	// cookie's: Domain, Secure, HttpOnly and SameSite. Default: HttpOnly and
	// SameSite=Lax. Its name is always "messages" and its path "/".
	Cookie *http.Cookie
}

// Messages are those of django.contrib.messages: what is added here, a Django view
// shows, and the other way round. A message of the session alone can be read and added
// by Session.Flashes and AddFlash as well; but Django's FallbackStorage looks into the
// session only if the cookie says so. Safe for concurrent use.
type Messages struct {
	storage MessageStorage
	level   session.FlashLevel
	tags    map[session.FlashLevel]string
	signer  *djangosigning.TimestampSigner
	cookie  http.Cookie
}

// levelTags are those of django.contrib.messages.constants.
var levelTags = map[session.FlashLevel]string{
	session.Debug: "debug", session.Notice: "info", session.Success: "success", session.Warning: "warning", session.Error: "error",
}

// Django's CookieStorage.
const (
	messagesCookie = "messages"
	maxMessages    = 2048 // bytes in the cookie

	// notFinished ends the list in the cookie if there are more in the session.
	notFinished = "__messagesnotfinished__"
)

// NewMessages returns the Messages of a site, or an error that says what in o is wrong.
func NewMessages(o MessagesOptions) (*Messages, error) {
	keys := Options{SecretKeys: o.SecretKeys, SHA1: o.SHA1}
	key, fallbacks, err := keys.secretKeys()
	switch {
	case err != nil:
		return nil, err
	case o.Storage > SessionStorage:
		return nil, errors.New("django: MessagesOptions.Storage is none of the constants")
	case o.SHA1 > WriteSHA1:
		return nil, errors.New("django: MessagesOptions.SHA1 is none of the constants")
	}
	signer, err := djangosigning.NewTimestampSigner(key, djangosigning.Options{
		Salt: djangosigning.MessagesSalt, KeyPrefix: djangosigning.CookieKeyPrefix, Fallbacks: fallbacks,
		Digest: keys.digest(), AcceptSHA1: o.SHA1 == ReadSHA1, Compress: true,
	})
	if err != nil {
		return nil, fmt.Errorf("django: %w", err)
	}
	c := http.Cookie{HttpOnly: true, SameSite: http.SameSiteLaxMode}
	if o.Cookie != nil {
		c = http.Cookie{Domain: o.Cookie.Domain, Secure: o.Cookie.Secure, HttpOnly: o.Cookie.HttpOnly, SameSite: o.Cookie.SameSite}
	}
	c.Name, c.Path = messagesCookie, "/"
	if err := c.Valid(); err != nil {
		return nil, fmt.Errorf("django: MessagesOptions.Cookie: %w", err)
	}
	tags := maps.Clone(levelTags)
	maps.Copy(tags, o.Tags)
	return &Messages{o.Storage, cmp.Or(o.Level, session.Notice), tags, signer, c}, nil
}

// Tags is {{ message.tags }} of Django's templates: the extra tags of f, and the name of its
// level.
func (m *Messages) Tags(f session.Flash) string {
	return strings.Trim(f.Category+" "+m.tags[f.Level], " ")
}

// Add keeps f until it is shown. f.Category are the extra tags, f.HTML says that it is
// HTML already, and an f.Level of 0 is session.Notice. One without text or below
// MessagesOptions.Level isn't kept, as in Django. It must be called before the response
// begins. Errors: those of Session.AddFlash; text that isn't UTF-8.
func (m *Messages) Add(w http.ResponseWriter, r *http.Request, f session.Flash) error {
	f.Level = cmp.Or(f.Level, session.Notice)
	if f.Message == "" || f.Level < m.level {
		return nil
	}
	if m.storage == SessionStorage {
		return session.From(r).AddFlash(f)
	}
	all, more := m.inCookie(currentCookie(w, r, messagesCookie))
	if more && m.storage == FallbackStorage {
		return session.From(r).AddFlash(f) // where the last ones are
	}
	all = append(all, f)
	value, err := m.encode(all, false)
	if err != nil {
		return err
	}
	if len(value) <= maxMessages {
		putCookie(w, m.cookie, value)
		return nil
	}
	return m.overflow(w, r, all)
}

// overflow keeps what fits into the cookie; the newest go into the session, or the
// oldest are lost.
func (m *Messages) overflow(w http.ResponseWriter, r *http.Request, all []session.Flash) error {
	for n := len(all) - 1; n >= 0; n-- {
		kept, rest := all[:n], all[n:]
		if m.storage == CookieStorage {
			kept, rest = all[len(all)-n:], nil
		}
		value, err := m.encode(kept, true)
		if err != nil {
			return err
		}
		if len(value) > maxMessages {
			continue
		}
		for _, f := range rest {
			if err := session.From(r).AddFlash(f); err != nil {
				return err
			}
		}
		putCookie(w, m.cookie, value)
		return nil
	}
	return nil // not reached: a list of none fits
}

// Take returns the messages that were not shown yet, oldest first, and removes them. It
// must be called before the response begins. Errors: those of Session.Flashes.
func (m *Messages) Take(w http.ResponseWriter, r *http.Request) (all []session.Flash, err error) {
	if m.storage != SessionStorage {
		value := currentCookie(w, r, messagesCookie)
		all, _ = m.inCookie(value)
		if varyByCookie(w.Header()); value != "" {
			putCookie(w, m.cookie, "")
		}
	}
	if m.storage == CookieStorage {
		return all, nil
	}
	rest, err := session.From(r).Flashes()
	if err != nil {
		return nil, err
	}
	return append(all, rest...), nil
}

// inCookie reads the cookie. One that isn't signed, or can't be read, holds nothing.
func (m *Messages) inCookie(value string) (all []session.Flash, more bool) {
	data, _, err := m.signer.Open(value)
	if err != nil {
		return nil, false
	}
	all, more, err = readMessages(data)
	if err != nil {
		return nil, false
	}
	return all, more
}

func (m *Messages) encode(all []session.Flash, more bool) (value string, err error) {
	text := []byte{'['}
	for _, f := range all {
		if text, err = appendMessage(text, f, ","); err != nil {
			return "", fmt.Errorf("django: message: %w", err)
		}
		text = append(text, ',')
	}
	if more {
		text = append(text, `"`+notFinished+`",`...)
	}
	text[len(text)-1] = ']' // in the place of a comma: there is one message or more
	return m.signer.Seal(text), nil
}
