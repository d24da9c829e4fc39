package django

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/coatcheck-go/session"
)

const storages = "django.contrib.messages.storage."

// messages reads the settings of django.contrib.messages. Its cookie is like the session's.
func (r *reader) messages(o Options, cookie *http.Cookie) MessagesOptions {
	const level = "MESSAGE_LEVEL"
	mo := MessagesOptions{SecretKeys: o.SecretKeys, SHA1: o.SHA1, Storage: r.storage(), Tags: r.messageTags(), Cookie: cookie}
	if v := r.settings[level]; v != nil {
		mo.Level, _ = r.level(level, v)
	}
	return mo
}

func (r *reader) storage() MessageStorage {
	const name = "MESSAGE_STORAGE"
	switch r.text(name, storages+"fallback.FallbackStorage") {
	case storages + "fallback.FallbackStorage":
		return FallbackStorage
	case storages + "cookie.CookieStorage":
		return CookieStorage
	case storages + "session.SessionStorage":
		return SessionStorage
	}
	r.fail(name, "is of the site's own")
	return FallbackStorage
}

func (r *reader) messageTags() map[session.FlashLevel]string {
	const name = "MESSAGE_TAGS"
	all, ok := r.settings[name].(map[string]any)
	if !ok && r.settings[name] != nil {
		r.fail(name, "must be a dict of levels and their tags")
	}
	tags := map[session.FlashLevel]string{}
	for number, tag := range all {
		level, okLevel := r.level(name, number)
		text, okText := tag.(string)
		if okLevel && !okText {
			r.fail(name, "must have tags of text")
		}
		tags[level] = text
	}
	return tags
}

// level reads the number of a level.
func (r *reader) level(name string, v any) (level session.FlashLevel, ok bool) {
	n, err := strconv.Atoi(fmt.Sprint(v))
	if err != nil {
		r.fail(name, "must have whole numbers as levels")
	}
	return session.FlashLevel(n), err == nil
}
