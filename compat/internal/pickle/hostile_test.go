package pickle

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
)

// allowed are the opcodes that Python 3 writes for the values of package python.
const allowed = ".NIJKMLFGVXBC(]lat)}desuRcbpqrghj\x80\x81\x85\x86\x87\x88\x89\x8a\x8b\x8c\x8d\x8e\x8f\x90\x91\x93\x94\x95"

// Every opcode but those is refused, and named where it has a name.
func TestOpcodes(t *testing.T) {
	named := map[byte]string{
		'0': "POP", '1': "POP_MARK", '2': "DUP", 'P': "PERSID", 'Q': "BINPERSID", 'S': "STRING", 'T': "BINSTRING",
		'U': "SHORT_BINSTRING", 'i': "INST", 'o': "OBJ", 0x82: "EXT1", 0x83: "EXT2", 0x84: "EXT4", 0x92: "NEWOBJ_EX",
		0x96: "BYTEARRAY8", 0x97: "NEXT_BUFFER", 0x98: "READONLY_BUFFER",
	}
	for code := range 256 {
		if strings.IndexByte(allowed, byte(code)) >= 0 {
			if opcodes[code].run == nil {
				t.Errorf("opcode 0x%02x is not known", code)
			}
			continue
		}
		want := fmt.Sprintf("unknown opcode 0x%02x", code)
		if name := named[byte(code)]; name != "" {
			want = "opcode " + name + " is not allowed"
		}
		_, err := Read([]byte{'N', '(', 'N', byte(code), 'N', '.'}, Limits{})
		if err == nil || err.Error() != "pickle: "+want {
			t.Errorf("0x%02x: %v, want %q", code, err, want)
		}
	}
}

// No global is taken that is not on the list, however it is asked for.
func TestGlobals(t *testing.T) {
	for _, global := range []string{
		"os.system", "posix.system", "nt.system", "subprocess.Popen", "builtins.eval", "builtins.exec", "builtins.getattr",
		"builtins.__import__", "__builtin__.eval", "builtins.open", "builtins.compile", "builtins.print", "builtins.bytearray",
		"builtins.list", "builtins.int", "copyreg.__newobj__", "copyreg.__newobj_ex__", "copyreg.add_extension", "_codecs.decode",
		"codecs.encode", "collections.defaultdict", "collections.namedtuple", "collections.OrderedDict.update", "datetime.time",
		"datetime.datetime.now", "datetime.tzinfo", "decimal.Context", "functools.partial", "functools.reduce", "operator.attrgetter",
		"importlib.import_module", "pickle.loads", "types.FunctionType", "uuid.uuid4", "uuid.getnode", "markupsafe.escape",
		"django.utils.safestring.mark_safe", "django.utils.functional._lazy_proxy_unpickle", "zoneinfo.ZoneInfo", ".", "a.", ".a",
		"builtins.set.", "datetime.datetime.datetime", "uuid.UUID.__init__",
	} {
		dot := strings.LastIndexByte(global, '.')
		module, name := global[:dot], global[dot+1:]
		if first := strings.IndexByte(global, '.'); strings.Count(global, ".") == 2 && first > 0 {
			module, name = global[:first], global[first+1:] // as protocol 4 names what is in a class
		}
		for _, p := range []string{
			"c" + module + "\n" + name + "\n(tR.",
			"\x8c" + string(rune(len(module))) + module + "\x8c" + string(rune(len(name))) + name + "\x93)R.",
		} {
			want := fmt.Sprintf("pickle: global %q is not allowed", module+"."+name)
			if _, err := Read([]byte(p), Limits{}); err == nil || err.Error() != want {
				t.Errorf("%q: %v, want %s", p, err, want)
			}
		}
	}
}

// A long name is cut in the error.
func TestLongGlobal(t *testing.T) {
	_, err := Read([]byte("c"+strings.Repeat("m", 1<<20)+"\nn\n."), Limits{})
	if err == nil || len(err.Error()) > 200 {
		t.Errorf("%.300v", err)
	}
}

// wrong are pickles of opcodes and globals that are all allowed, put together as
// Python never does.
var wrong = map[string]string{
	"nothing":                      "",
	"stop only":                    ".",
	"a mark only":                  "(.",
	"a class":                      "cbuiltins\nset\n.",
	"a class in a list":            "]cuuid\nUUID\na.",
	"a zone":                       "cdatetime\ntimezone\n(cdatetime\ntimedelta\n(I0\nI0\nI0\ntRtR.",
	"protocol 6":                   "\x80\x06N.",
	"no mark":                      "Nl.",
	"below the mark":               "]N(a.",
	"append to a tuple":            ")Na.",
	"append to text":               "Va\nNa.",
	"set item of a list":           "]NNs.",
	"odd number of items":          "}(Nu.",
	"odd number for a new dict":    "(Nd.",
	"a list as key":                "}]Ns.",
	"a tuple as key":               "})Ns.",
	"a list in a set":              "\x8f(]\x90.",
	"a dict in a frozenset":        "(}\x91.",
	"memo of nothing":              "q\x00.",
	"get of nothing":               "h\x00.",
	"negative memo":                "Np-1\n.",
	"memo that is no number":       "Npx\n.",
	"frame beyond the end":         "\x95\x05\x00\x00\x00\x00\x00\x00\x00N.",
	"huge frame":                   "\x95\xff\xff\xff\xff\xff\xff\xff\xffN.",
	"huge text":                    "\x8d\xff\xff\xff\xff\xff\xff\xff\xffa.",
	"huge bytes":                   "\x8e\xff\xff\xff\xff\xff\xff\xff\x7fa.",
	"huge integer":                 "\x8b\xff\xff\xff\x7f\x01.",
	"integer of 4 GiB":             "\x8b\xff\xff\xff\xff\x01.",
	"integer too long":             "\x8b\x00\x08\x00\x00" + strings.Repeat("\x01", 0x800) + ".",
	"digits too many":              "I" + strings.Repeat("1", 4301) + "\n.",
	"no integer":                   "I1x\n.",
	"underscores":                  "L1_0L\n.",
	"no float":                     "F1.5.2\n.",
	"text is not UTF-8":            "\x8c\x01\xff.",
	"a surrogate":                  "\x8c\x03\xed\xa0\x80.",
	"an escaped surrogate":         "V\\ud800\n.",
	"an escape that is cut":        "V\\u00e\n.",
	"beyond Unicode":               "V\\U00110000\n.",
	"module is no text":            "NVset\n\x93.",
	"call of a text":               "Va\n)R.",
	"call of a base":               "cbuiltins\nobject\n)R.",
	"call with a list":             "cbuiltins\nset\n]R.",
	"new object of a function":     "c_codecs\nencode\n(Va\nVlatin1\nt\x81.",
	"another encoding":             "c_codecs\nencode\n(Va\nVrot13\ntR.",
	"not Latin-1":                  "c_codecs\nencode\n(V\\u0100\nVlatin1\ntR.",
	"bytes of something":           "cbuiltins\nbytes\n(I9\ntR.",
	"set of text":                  "cbuiltins\nset\n(Vabc\ntR.",
	"set of two":                   "cbuiltins\nset\n(]]tR.",
	"ordered dict of text":         "ccollections\nOrderedDict\n(Va\ntR.",
	"ordered dict of single items": "ccollections\nOrderedDict\n(](Na(NttR.",
	"decimal of a number":          "cdecimal\nDecimal\n(I1\ntR.",
	"decimal of words":             "cdecimal\nDecimal\n(Vone\ntR.",
	"empty decimal":                "cdecimal\nDecimal\n(V\ntR.",
	"markup of a number":           "cmarkupsafe\nMarkup\n(I1\nt\x81.",
	"markup with a state":          "cmarkupsafe\nMarkup\n(Va\nt\x81}Va\nNsb.",
	"UUID without a state":         "cuuid\nUUID\n)\x81.",
	"UUID of text":                 "cuuid\nUUID\n(Va\nt\x81.",
	"UUID too large":               "cuuid\nUUID\n)\x81}Vint\n\x8a\x11" + strings.Repeat("\x01", 17) + "sb.",
	"negative UUID":                "cuuid\nUUID\n)\x81}Vint\nI-1\nsb.",
	"UUID of a float":              "cuuid\nUUID\n)\x81}Vint\nF1.0\nsb.",
	"state of a list":              "]}b.",
	"state of a number":            "I1\n}b.",
	"state that is no dict":        "cuuid\nUUID\n)\x81]b.",
	"reconstruct a class at will":  "ccopyreg\n_reconstructor\n(cbuiltins\nset\ncbuiltins\nobject\nNtR.",
	"reconstruct with two":         "ccopyreg\n_reconstructor\n(cuuid\nUUID\ncbuiltins\nobject\ntR.",
	"datetime of numbers":          "cdatetime\ndatetime\n(I2023\nI1\nI1\ntR.",
	"datetime of a naive zone":     "cdatetime\ndatetime\n(C\x0a\x07\xe7\x0b\x0e\x16\x0d\x14\x00\x00\x05NtR.",
	"month 13":                     "cdatetime\ndate\n(C\x04\x07\xe7\x0d\x01tR.",
	"30 February":                  "cdatetime\ndate\n(C\x04\x07\xe7\x02\x1etR.",
	"year 0":                       "cdatetime\ndate\n(C\x04\x00\x00\x01\x01tR.",
	"hour 24":                      "cdatetime\ndatetime\n(C\x0a\x07\xe7\x0b\x0e\x18\x0d\x14\x00\x00\x05tR.",
	"a million microseconds":       "cdatetime\ndatetime\n(C\x0a\x07\xe7\x0b\x0e\x16\x0d\x14\x0f\x42\x40tR.",
	"zone of a day":                "cdatetime\ntimezone\n(cdatetime\ntimedelta\n(I1\nI0\nI0\ntRtR.",
	"timedelta of centuries":       "cdatetime\ntimedelta\n(I999999999\nI0\nI0\ntR.",
	"timedelta of text":            "cdatetime\ntimedelta\n(Va\nI0\nI0\ntR.",
	"negative seconds":             "cdatetime\ntimedelta\n(I0\nI-1\nI0\ntR.",
	"pytz with a name":             "cpytz\n_UTC\n(Va\ntR.",
}

func TestWrong(t *testing.T) {
	for name, p := range wrong {
		if v, err := Read([]byte(p), Limits{}); err == nil {
			t.Errorf("%s: %#v", name, v)
		}
	}
}

// bombs are small pickles that would be large, deep or endless values.
var bombs = map[string]string{
	"a list in itself":        "]q\x00h\x00a.",
	"a dict in itself":        "}q\x00Nh\x00s.",
	"a tuple in its own list": "]q\x00(h\x00tq\x01a0h\x01.",
	"two lists in each other": "]q\x00]q\x01h\x00ah\x00h\x01a.",
	"doubled 40 times":        "Nq\x00" + strings.Repeat("h\x00h\x00\x86q\x00", 40) + ".",
	"doubled lists":           "]q\x00" + strings.Repeat("]q\x01(h\x00h\x00eq\x00", 40) + ".",
	"deep lists":              strings.Repeat("]", 100_000) + strings.Repeat("a", 99_999) + ".",
	"deep tuples":             "N" + strings.Repeat("\x85", 100_000) + ".",
	"deep dicts":              strings.Repeat("}N", 50_000) + "N" + strings.Repeat("s", 50_000) + ".",
	"many marks":              strings.Repeat("(", 1<<20) + ".",
	"many values":             strings.Repeat("]", 1<<20) + ".",
	"many memo entries":       "N" + strings.Repeat("\x94", 1<<20) + ".",
	"far memo entries":        "N" + strings.Repeat("r\xff\xff\xff\xff", 300_000) + ".",
	"too many bytes":          "C\x00" + strings.Repeat(" ", 4<<20) + ".",
}

// A bomb is an error and takes no more memory than the limits allow.
func TestBombs(t *testing.T) {
	for name, p := range bombs {
		data := []byte(p)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		v, err := Read(data, Limits{})
		runtime.ReadMemStats(&after)
		if err == nil {
			t.Errorf("%s: %T", name, v)
		}
		if used := after.TotalAlloc - before.TotalAlloc; used > 128<<20 {
			t.Errorf("%s: %d MiB allocated", name, used>>20)
		}
	}
}

// Limits are kept to the number.
func TestLimits(t *testing.T) {
	deep := []byte("N\x85\x85\x85.")
	list := []byte("](NNNe.")
	for _, c := range []struct {
		data   []byte
		limits Limits
		ok     bool
	}{
		{deep, Limits{Depth: 3}, true},
		{deep, Limits{Depth: 2}, false},
		{list, Limits{Values: 5}, true},
		{list, Limits{Values: 4}, false},
		{list, Limits{Bytes: len(list)}, true},
		{list, Limits{Bytes: len(list) - 1}, false},
	} {
		if _, err := Read(c.data, c.limits); (err == nil) != c.ok {
			t.Errorf("%q, %+v: %v", c.data, c.limits, err)
		}
	}
}
