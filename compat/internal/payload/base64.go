package payload

import "encoding/base64"

// Base64 decodes as Python does after adding the padding that seems to lack
// (itsdangerous encoding.py, base64_decode; CPython Modules/binascii.c,
// a2b_base64 without strict mode): both alphabets, other characters skipped but
// counted for the padding, spare bits ignored. So one value has several
// spellings.
func Base64(s string) ([]byte, error) {
	return AppendBase64(make([]byte, 0, base64.RawURLEncoding.DecodedLen(len(s))), s)
}

// AppendBase64 is Base64 that appends to dst.
func AppendBase64(dst []byte, s string) ([]byte, error) {
	b, err := base64.RawURLEncoding.AppendDecode(dst, []byte(s))
	// A shorter result: line breaks were skipped, by other rules than Python's.
	if err == nil && len(b)-len(dst) == base64.RawURLEncoding.DecodedLen(len(s)) {
		return b, nil
	}
	return lenient(dst, s)
}

// lenient appends to out, and takes the characters four at a time. The padding added to s is so much
// that its length is a multiple of four.
func lenient(out []byte, s string) ([]byte, error) {
	var q quad
	for i := range len(s) {
		if q.end {
			return out, nil
		}
		out = q.take(out, s[i])
	}
	for range -len(s) & 3 {
		out = q.take(out, '=')
	}
	if q.n != 0 && !q.end {
		return nil, ErrBase64
	}
	return out, nil
}

// A quad is the state within four characters: how many were seen, the bits left
// over, the padding seen since the last character.
type quad struct {
	n, pads int
	left    byte
	end     bool
}

func (q *quad) take(out []byte, c byte) []byte {
	if c == '=' {
		if q.n >= 2 {
			q.pads++
			q.end = q.n+q.pads >= 4
		}
		return out
	}
	v := sextets[c]
	if v == skipped {
		return out
	}
	q.pads = 0
	switch q.n {
	case 1:
		out = append(out, q.left<<2|v>>4)
	case 2:
		out = append(out, q.left<<4|v>>2)
	case 3:
		out = append(out, q.left<<6|v)
	}
	q.left, q.n = v, (q.n+1)&3
	return out
}

const skipped = 0xff

// sextets are the values of the characters of both alphabets.
var sextets = func() (t [256]byte) {
	for i := range t {
		t[i] = skipped
	}
	const chars = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	for i := range len(chars) {
		t[chars[i]] = byte(i)
	}
	t['+'], t['-'], t['/'], t['_'] = 62, 62, 63, 63
	return t
}()
