package pickle

import (
	"fmt"
	"strings"

	"github.com/coatcheck-go/session/compat/python"
)

// A class is a global that is allowed, "module.name".
type class string

const (
	classBytes       class = "builtins.bytes"
	classObject      class = "builtins.object"
	classStr         class = "builtins.str"
	classMarkup      class = "markupsafe.Markup"
	classUUID        class = "uuid.UUID"
	classReconstruct class = "copyreg._reconstructor"
)

// A maker makes the value that a class has for these arguments: all that may be
// called. It fails for arguments that the class's own pickles don't have.
type maker func(r *reader, args []any) any

// makers are all globals that are allowed; those without a maker are only named.
var makers = map[class]maker{
	classObject:                          nil,
	classStr:                             nil,
	classBytes:                           noBytes,
	"builtins.set":                       setOf(set),
	"builtins.frozenset":                 setOf(frozenset),
	"_codecs.encode":                     encodeLatin1,
	"collections.OrderedDict":            orderedDict,
	"datetime.datetime":                  datetime,
	"datetime.date":                      date,
	"datetime.timedelta":                 timedelta,
	"datetime.timezone":                  timezone,
	"pytz._UTC":                          pytzUTC, // Django before 4.0
	"decimal.Decimal":                    decimalOf,
	classUUID:                            newUUID,
	"uuid.SafeUUID":                      safeUUID,
	classMarkup:                          markup,
	"django.utils.safestring.SafeString": markup,
	"django.utils.safestring.SafeText":   markup,
	classReconstruct:                     reconstruct,
}

// oldNames are those of Python 2, which protocols 0 to 2 write.
var oldNames = map[class]class{
	"__builtin__.object":      classObject,
	"__builtin__.unicode":     classStr,
	"__builtin__.bytes":       classBytes,
	"__builtin__.set":         "builtins.set",
	"__builtin__.frozenset":   "builtins.frozenset",
	"copy_reg._reconstructor": classReconstruct,
}

// global puts a class on the stack.
func (r *reader) global(module, name string) {
	if r.err != nil {
		return
	}
	c := class(module + "." + name)
	if now, ok := oldNames[c]; ok {
		c = now
	}
	if _, ok := makers[c]; !ok {
		r.fail(fmt.Errorf("pickle: global %.100q is not allowed", c))
		return
	}
	r.push(c)
}

func (r *reader) stackGlobal() {
	name, okName := r.pop().(string)
	module, okModule := r.pop().(string)
	if !okName || !okModule {
		r.fail(errKind)
		return
	}
	r.global(module, name)
}

// reduce is Python's call of a function with a tuple of arguments.
func (r *reader) reduce() {
	args := r.pop()
	r.make(r.pop(), args)
}

// newObject is Python's cls.__new__(cls, *args).
func (r *reader) newObject() {
	args := r.pop()
	c := r.pop()
	if c != classUUID && c != classMarkup && !isDjangoText(c) {
		r.fail(errKind)
		return
	}
	r.make(c, args)
}

func isDjangoText(v any) bool {
	c, _ := v.(class)
	return strings.HasPrefix(string(c), "django.utils.safestring.")
}

func (r *reader) make(callee, args any) {
	c, okClass := callee.(class)
	n, okArgs := args.(*node)
	if !okClass || !okArgs || n.kind != tuple || makers[c] == nil {
		r.fail(errKind)
		return
	}
	if v := makers[c](r, n.items); r.err == nil {
		r.push(v)
	}
}

// build gives an object its state. The only class here that has one is UUID; that
// of a text is empty.
func (r *reader) build() {
	state, ok := r.pop().(*node)
	if !ok || state.kind != dict {
		r.fail(errKind)
		return
	}
	switch object := r.top().(type) {
	case *node:
		if object.kind != uuid {
			r.fail(errKind)
			return
		}
		object.items = state.items
	case python.Markup:
		if len(state.items) > 0 {
			r.fail(errKind)
		}
	default:
		r.fail(errKind)
	}
}
