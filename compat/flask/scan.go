package flask

import "strings"

// A scanner goes over JSON as Python's json.loads takes it, NaN and Infinity too,
// and makes nothing of it: values that nobody asks for are never decoded. ok becomes
// false at the first error.
type scanner struct {
	text  string
	at    int
	depth int
	ok    bool
}

// validJSON reports whether text is one JSON value.
func validJSON(text string) bool {
	s := scanner{text: text, ok: true}
	s.value()
	s.space()
	return s.ok && s.at == len(text)
}

// members calls f with the text of each key, quotes included, and of its value. It
// reports whether text is a JSON object.
func members(text string, f func(key, value string)) bool {
	s := scanner{text: text, ok: true}
	if s.peek() != '{' {
		return false
	}
	s.object(f)
	s.space()
	return s.ok && s.at == len(text)
}

func (s *scanner) space() {
	for s.at < len(s.text) && strings.IndexByte(" \t\r\n", s.text[s.at]) >= 0 {
		s.at++
	}
}

// peek returns the next byte after white space, 0 at the end.
func (s *scanner) peek() byte {
	s.space()
	if s.at == len(s.text) {
		return 0
	}
	return s.text[s.at]
}

// take skips c, if it is next.
func (s *scanner) take(c byte) bool {
	if s.peek() != c {
		return false
	}
	s.at++
	return true
}

func (s *scanner) value() {
	switch s.peek() {
	case '{':
		s.object(func(string, string) {})
	case '[':
		s.list()
	case '"':
		s.str()
	default:
		s.word()
	}
}

// more is to be called after a value in a list or object that ends with end.
func (s *scanner) more(end byte) bool {
	if !s.ok || s.take(end) {
		return false
	}
	s.ok = s.take(',')
	return s.ok
}

func (s *scanner) enter() {
	s.at++
	s.depth++
	s.ok = s.ok && s.depth <= maxDepth
}

func (s *scanner) list() {
	s.enter()
	for more := s.ok && !s.take(']'); more; more = s.more(']') {
		s.value()
	}
	s.depth--
}

func (s *scanner) object(f func(key, value string)) {
	s.enter()
	for more := s.ok && !s.take('}'); more; more = s.more('}') {
		s.space()
		start := s.at
		s.str()
		key := s.text[start:s.at]
		s.ok = s.ok && s.take(':')
		s.space()
		start = s.at
		s.value()
		if s.ok {
			f(key, s.text[start:s.at])
		}
	}
	s.depth--
}

// str skips a string: no control characters, and escapes that are whole.
func (s *scanner) str() {
	if !s.take('"') {
		s.ok = false
	}
	for s.ok && s.at < len(s.text) {
		c := s.text[s.at]
		s.at++
		switch {
		case c == '"':
			return
		case c == '\\':
			s.escape()
		case c < ' ':
			s.ok = false
		}
	}
	s.ok = false
}

// escape skips what follows a backslash.
func (s *scanner) escape() {
	rest := s.text[s.at:]
	switch {
	case rest == "":
		s.ok = false
	case strings.IndexByte(`"\/bfnrt`, rest[0]) >= 0:
		s.at++
	case len(rest) > 4 && rest[0] == 'u' && strings.Trim(rest[1:5], "0123456789abcdefABCDEF") == "":
		s.at += 5
	default:
		s.ok = false
	}
}

// word skips a number or one of the words.
func (s *scanner) word() {
	for _, w := range []string{"null", "true", "false", "NaN", "Infinity", "-Infinity"} {
		if strings.HasPrefix(s.text[s.at:], w) {
			s.at += len(w)
			return
		}
	}
	s.number()
}

func (s *scanner) number() {
	s.char("-")
	if !s.char("0") {
		s.digits()
	}
	if s.char(".") {
		s.digits()
	}
	if s.char("eE") {
		s.char("+-")
		s.digits()
	}
}

// char skips one of chars, if it is next.
func (s *scanner) char(chars string) bool {
	if s.at == len(s.text) || strings.IndexByte(chars, s.text[s.at]) < 0 {
		return false
	}
	s.at++
	return true
}

func (s *scanner) digits() {
	start := s.at
	for s.char("0123456789") {
	}
	s.ok = s.ok && s.at > start
}
