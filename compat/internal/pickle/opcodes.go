package pickle

// An opcode of the machine. One without run is not allowed.
type opcode struct {
	name string
	run  func(*reader)
}

// opcodes are all that there are, by the names of pickletools. Those not allowed are
// for instances of any class (INST, OBJ, NEWOBJ_EX), for what stands outside of
// the pickle (PERSID, EXT, buffers), for Python 2's byte strings, and some that
// only recursive values need (POP).
var opcodes = [256]opcode{
	0x80: {"PROTO", (*reader).protocol},
	0x95: {"FRAME", (*reader).frame},
	'.':  {"STOP", func(r *reader) { r.stopped = true }},

	'N':  {"NONE", func(r *reader) { r.push(nil) }},
	0x88: {"NEWTRUE", func(r *reader) { r.push(true) }},
	0x89: {"NEWFALSE", func(r *reader) { r.push(false) }},
	'I':  {"INT", (*reader).intLine},
	'L':  {"LONG", (*reader).longLine},
	'J':  {"BININT", func(r *reader) { r.push(int64(int32(r.uint(4)))) }}, //nolint:gosec // four bytes
	'K':  {"BININT1", func(r *reader) { r.push(int64(r.uint(1))) }},       //nolint:gosec // one byte
	'M':  {"BININT2", func(r *reader) { r.push(int64(r.uint(2))) }},       //nolint:gosec // two bytes
	0x8a: {"LONG1", func(r *reader) { r.long(r.uint(1)) }},
	0x8b: {"LONG4", func(r *reader) { r.long(r.uint(4)) }},
	'F':  {"FLOAT", (*reader).floatLine},
	'G':  {"BINFLOAT", (*reader).float},
	'V':  {"UNICODE", (*reader).textLine},
	'X':  {"BINUNICODE", func(r *reader) { r.text(r.uint(4)) }},
	0x8c: {"SHORT_BINUNICODE", func(r *reader) { r.text(r.uint(1)) }},
	0x8d: {"BINUNICODE8", func(r *reader) { r.text(r.uint(8)) }},
	'B':  {"BINBYTES", func(r *reader) { r.binary(r.uint(4)) }},
	'C':  {"SHORT_BINBYTES", func(r *reader) { r.binary(r.uint(1)) }},
	0x8e: {"BINBYTES8", func(r *reader) { r.binary(r.uint(8)) }},

	'(':  {"MARK", (*reader).mark},
	']':  {"EMPTY_LIST", func(r *reader) { r.push(&node{kind: list}) }},
	'l':  {"LIST", func(r *reader) { r.push(&node{kind: list, items: r.popMark()}) }},
	'a':  {"APPEND", func(r *reader) { r.extend(list, r.popN(1)) }},
	'e':  {"APPENDS", func(r *reader) { r.extend(list, r.popMark()) }},
	')':  {"EMPTY_TUPLE", func(r *reader) { r.push(&node{kind: tuple}) }},
	't':  {"TUPLE", func(r *reader) { r.push(&node{kind: tuple, items: r.popMark()}) }},
	0x85: {"TUPLE1", func(r *reader) { r.push(&node{kind: tuple, items: r.popN(1)}) }},
	0x86: {"TUPLE2", func(r *reader) { r.push(&node{kind: tuple, items: r.popN(2)}) }},
	0x87: {"TUPLE3", func(r *reader) { r.push(&node{kind: tuple, items: r.popN(3)}) }},
	'}':  {"EMPTY_DICT", func(r *reader) { r.push(&node{kind: dict}) }},
	'd':  {"DICT", func(r *reader) { items := r.popMark(); r.push(&node{kind: dict}); r.extend(dict, items) }},
	's':  {"SETITEM", func(r *reader) { r.extend(dict, r.popN(2)) }},
	'u':  {"SETITEMS", func(r *reader) { r.extend(dict, r.popMark()) }},
	0x8f: {"EMPTY_SET", func(r *reader) { r.push(&node{kind: set}) }},
	0x90: {"ADDITEMS", func(r *reader) { r.extend(set, r.popMark()) }},
	0x91: {"FROZENSET", func(r *reader) { r.push(&node{kind: frozenset, items: r.popMark()}) }},

	'p':  {"PUT", (*reader).putLine},
	'q':  {"BINPUT", func(r *reader) { r.put(r.uint(1)) }},
	'r':  {"LONG_BINPUT", func(r *reader) { r.put(r.uint(4)) }},
	0x94: {"MEMOIZE", func(r *reader) { r.put(uint64(len(r.memo))) }},
	'g':  {"GET", (*reader).getLine},
	'h':  {"BINGET", func(r *reader) { r.get(r.uint(1)) }},
	'j':  {"LONG_BINGET", func(r *reader) { r.get(r.uint(4)) }},

	'c':  {"GLOBAL", func(r *reader) { module := r.line(); r.global(module, r.line()) }},
	0x93: {"STACK_GLOBAL", (*reader).stackGlobal},
	'R':  {"REDUCE", (*reader).reduce},
	0x81: {"NEWOBJ", (*reader).newObject},
	'b':  {"BUILD", (*reader).build},

	'0':  {name: "POP"},
	'1':  {name: "POP_MARK"},
	'2':  {name: "DUP"},
	'P':  {name: "PERSID"},
	'Q':  {name: "BINPERSID"},
	'S':  {name: "STRING"},
	'T':  {name: "BINSTRING"},
	'U':  {name: "SHORT_BINSTRING"},
	'i':  {name: "INST"},
	'o':  {name: "OBJ"},
	0x82: {name: "EXT1"},
	0x83: {name: "EXT2"},
	0x84: {name: "EXT4"},
	0x92: {name: "NEWOBJ_EX"},
	0x96: {name: "BYTEARRAY8"},
	0x97: {name: "NEXT_BUFFER"},
	0x98: {name: "READONLY_BUFFER"},
}
