package django

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// currentCookie returns the value of a cookie as the visitor will have it: as the
// response sets it, or as it came; the last of several, as in Django.
func currentCookie(w http.ResponseWriter, r *http.Request, name string) string {
	for _, line := range slices.Backward(w.Header()["Set-Cookie"]) {
		if c, err := http.ParseSetCookie(line); err == nil && c.Name == name {
			return c.Value
		}
	}
	return sentCookie(r, name)
}

// sentCookie returns the value of a cookie that came, "" without one.
func sentCookie(r *http.Request, name string) string {
	all := r.CookiesNamed(name)
	if len(all) == 0 {
		return ""
	}
	return all[len(all)-1].Value
}

// putCookie sets a cookie like c, in the place of any that the response sets already.
// An empty value removes it.
func putCookie(w http.ResponseWriter, c http.Cookie, value string) {
	h := w.Header()
	h["Set-Cookie"] = slices.DeleteFunc(h["Set-Cookie"], func(line string) bool {
		return strings.HasPrefix(line, c.Name+"=")
	})
	c.Value = value
	switch {
	case value == "":
		c.MaxAge, c.Expires = -1, time.Unix(1, 0) // net/http leaves out the year 1970's first second
	case c.MaxAge > 0:
		c.Expires = time.Now().Add(time.Duration(c.MaxAge) * time.Second)
	}
	http.SetCookie(w, &c)
	varyByCookie(h)
}

func varyByCookie(h http.Header) {
	for _, line := range h["Vary"] {
		for name := range strings.SplitSeq(line, ",") {
			if name = strings.TrimSpace(name); name == "*" || strings.EqualFold(name, "Cookie") {
				return
			}
		}
	}
	h.Add("Vary", "Cookie")
}
