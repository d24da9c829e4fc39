package djangostore

import (
	"encoding/binary"
	"strings"
)

// A serializer hides a stamp in what a cache's serializer writes, so that Python reads
// the rest as if it weren't there.
type serializer struct {
	none   string // what Python reads as None
	hide   func(stamp, visible string) string
	reveal func(entry string) (stamp string, ok bool)
}

// magic begins every stamp.
const magic = "coatcheck:"

// pickles hides a stamp at the beginning: the machine that reads a pickle pushes these
// bytes and pops them again.
//
//	80 04            PROTO, if the pickle has it
//	42 length stamp  BINBYTES, 4 bytes of length, little-endian
//	30               POP
//	...              the rest of the pickle
var pickles = serializer{none: "\x80\x04N.", hide: hideInPickle, reveal: revealInPickle}

const (
	opProto    = "\x80"
	opBinbytes = "B"
	opPop      = "0"
)

// protoLen is the length of a pickle's PROTO, if it has one.
func protoLen(pickle string) int {
	if strings.HasPrefix(pickle, opProto) && len(pickle) > 1 {
		return 2
	}
	return 0
}

func hideInPickle(stamp, pickle string) string {
	head := protoLen(pickle)
	b := make([]byte, 0, len(pickle)+len(stamp)+len(magic)+8)
	b = append(b, pickle[:head]...)
	b = append(b, opBinbytes...)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(magic)+len(stamp))) //nolint:gosec // a value is much smaller
	b = append(b, magic...)
	b = append(b, stamp...)
	b = append(b, opPop...)
	return string(append(b, pickle[head:]...))
}

func revealInPickle(entry string) (stamp string, ok bool) {
	rest, ok := strings.CutPrefix(entry[protoLen(entry):], opBinbytes)
	if !ok || len(rest) < 4 {
		return "", false
	}
	length, rest := binary.LittleEndian.Uint32([]byte(rest[:4])), rest[4:]
	if uint64(length) >= uint64(len(rest)) || rest[length:length+1] != opPop {
		return "", false
	}
	return strings.CutPrefix(rest[:length], magic)
}

// texts hides a stamp in the white space at the end of a JSON text, four characters for
// each byte.
var texts = serializer{none: "null", hide: hideInJSON, reveal: revealInJSON}

const blanks = " \t\n\r"

func hideInJSON(stamp, text string) string {
	var b strings.Builder
	b.Grow(len(text) + 4*(len(magic)+len(stamp)))
	b.WriteString(text)
	for _, c := range []byte(magic + stamp) {
		for shift := 6; shift >= 0; shift -= 2 {
			b.WriteByte(blanks[c>>shift&3])
		}
	}
	return b.String()
}

func revealInJSON(entry string) (stamp string, ok bool) {
	space := entry[len(strings.TrimRight(entry, blanks)):]
	b := make([]byte, len(space)/4)
	for i := range 4 * len(b) {
		b[i/4] = b[i/4]<<2 | byte(strings.IndexByte(blanks, space[i])) //nolint:gosec // it is 0 to 3
	}
	return strings.CutPrefix(string(b), magic)
}
