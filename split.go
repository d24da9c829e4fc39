package session

import (
	"crypto/rand"
	"encoding/base64"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A token too long for one cookie goes into several, if Config.Cookie.MaxParts
// allows. The session cookie itself then holds ~GENERATION~COUNT, and the parts are
// in cookies called NAME~GENERATION~1 and so on. Every response that splits has
// a generation of its own, so that the parts of two can't mix: whichever
// session cookie the browser took last, all its parts are there.
const (
	partMark      = "~"
	maxParts      = 10
	partNameSize  = len(partMark) + generationSize + len(partMark) + len("10")
	generationRaw = 6 // random bytes

	generationSize = generationRaw * 4 / 3
)

func newGeneration() string {
	var raw [generationRaw]byte
	_, _ = rand.Read(raw[:]) // never fails, see its documentation
	return base64.RawURLEncoding.EncodeToString(raw[:])
}

// capacity is how long a token may be.
func (w cookieWriter) capacity() int {
	if w.parts == 0 {
		return w.room
	}
	return w.parts * (w.room - partNameSize)
}

// lines returns the lines that set token, in one cookie or several.
func (w cookieWriter) lines(token string, maxAge time.Duration) []string {
	if len(token) <= w.room {
		return []string{w.set(token, maxAge)}
	}
	generation := newGeneration()
	var lines []string
	for chunk := range slices.Chunk([]byte(token), w.room-partNameSize) {
		part := w.part(generation, len(lines)+1)
		lines = append(lines, part.set(string(chunk), maxAge))
	}
	head := partMark + generation + partMark + strconv.Itoa(len(lines))
	return append(lines, w.set(head, maxAge))
}

// part returns the writer of a part's cookie.
func (w cookieWriter) part(generation string, number int) cookieWriter {
	w.name += partMark + generation + partMark + strconv.Itoa(number)
	return w
}

// join returns the token whose parts value, that of the session cookie, speaks
// of; value itself where it speaks of none, or not all are there.
func (w cookieWriter) join(h http.Header, value string) string {
	if w.parts == 0 || !strings.HasPrefix(value, partMark) {
		return value
	}
	generation, digits, _ := strings.Cut(value[len(partMark):], partMark)
	count, err := strconv.Atoi(digits)
	if err != nil || count < 1 || count > maxParts {
		return value
	}
	var token strings.Builder
	for number := range count {
		part, duplicate := readCookie(h, w.part(generation, number+1).name)
		if part == "" || duplicate {
			return value
		}
		token.WriteString(part)
	}
	return token.String()
}

// leftovers returns the lines that remove the parts which the request still
// carried: what is set now has parts of another generation, or none.
func (w cookieWriter) leftovers(request http.Header) (lines []string) {
	if w.parts == 0 {
		return nil
	}
	for _, line := range request["Cookie"] {
		for pair := range strings.SplitSeq(line, ";") {
			name, _, _ := strings.Cut(strings.TrimFunc(pair, isBlank), "=")
			if strings.HasPrefix(name, w.name+partMark) && len(lines) < 2*maxParts {
				part := w
				part.name = name
				lines = append(lines, part.remove())
			}
		}
	}
	return lines
}
