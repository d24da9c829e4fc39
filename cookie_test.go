package session

import (
	"net/http"
	"strings"
	"testing"
)

// checkAgainstNetHTTP compares readCookie with net/http, whose parser is
// tried and more lenient: it takes quotes and spaces off. This must hold:
//
//   - A token that readCookie finds is the only one net/http finds too.
//   - What net/http finds once, and has the form of a token as it stands in the
//     header, readCookie finds.
//   - Where net/http finds several, readCookie finds none that is a token unless
//     the others are so far from our name that browsers can't have sent them.
func checkAgainstNetHTTP(t *testing.T, header, name string) {
	h := http.Header{"Cookie": strings.Split(header, "\n")}
	theirs := (&http.Request{Header: h}).CookiesNamed(name)
	value, duplicate := readCookie(h, name)
	if duplicate && value != "" {
		t.Fatalf("duplicate, and the value %q all the same", value)
	}
	_, ok := tokenKey([appSize]byte{}, value)
	if ok && countCookies(h) <= maxCookies && !holds(theirs, value) {
		t.Fatalf("readCookie finds a token where net/http finds %v", theirs)
	}
	if len(theirs) != 1 || duplicate || theirs[0].Quoted {
		return
	}
	_, isToken := tokenKey([appSize]byte{}, theirs[0].Value)
	if exact := strings.Contains(header, name+"="+theirs[0].Value); isToken && exact && value != theirs[0].Value {
		t.Fatalf("net/http finds a token where readCookie finds %q", value)
	}
}

func holds(cookies []*http.Cookie, value string) bool {
	for _, c := range cookies {
		if c.Value == value {
			return true
		}
	}
	return false
}

// countCookies counts as net/http does, for which a semicolon at the end begins one more.
func countCookies(h http.Header) (n int) {
	for _, line := range h["Cookie"] {
		n += strings.Count(line, ";") + 1
	}
	return n
}

const testName = "__Host-Http-session"

func FuzzCookieHeader(f *testing.F) {
	good := testName + "=" + sampleToken(1)
	for _, seed := range []string{
		good, good + "; " + good, "a=b; " + good, good + "\na=b", ";;" + good + ";", testName + "=" + `"` + sampleToken(1) + `"`,
		"$Version=1; " + good, "=" + good, testName + " = " + sampleToken(1), "__%48ost-Http-session=x", strings.ToLower(good),
		"\x00" + good, good + "\x00", "\u00a0" + good,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) { checkAgainstNetHTTP(t, header, testName) })
}

// sampleToken makes a token of fixed bytes.
func sampleToken(n byte) string {
	var text [tokenSize]byte
	copy(text[:], tokenPrefix)
	raw := [tokenRandom]byte{n}
	tokenBase64.Encode(text[len(tokenPrefix):tokenSumAt], raw[:])
	putChecksum(&text)
	return string(text[:])
}
