package django

import (
	"errors"
	"fmt"

	"github.com/coatcheck-go/session/compat/internal/pickle"
	"github.com/coatcheck-go/session/compat/internal/pyjson"
	"github.com/coatcheck-go/session/compat/python"
)

// A Serializer turns the dict of a session into bytes and back, as the class that
// SESSION_SERIALIZER names: [JSON], [Pickle], or one of the application's own. The
// values are of the types of package python's table. Both methods must be safe for
// concurrent use and must not tell values in errors.
type Serializer interface {
	Dumps(d *python.Dict) ([]byte, error)
	Loads(data []byte) (*python.Dict, error)
}

// ErrReadOnly: sessions are pickled, and Pickle.Write doesn't allow to write
// pickles. It is an errors.ErrUnsupported.
var ErrReadOnly = fmt.Errorf("django: pickles are only read here: %w", errors.ErrUnsupported)

// JSON is Django's JSONSerializer, the default. The engine keeps the text of values
// that nobody changes, so that numbers keep their spelling.
var JSON Serializer = jsonSerializer{}

type jsonSerializer struct{}

// ascii is json.dumps as Django calls it.
var ascii = pyjson.Style{ASCII: true}

func (jsonSerializer) Dumps(d *python.Dict) ([]byte, error) {
	text, err := ascii.Append(nil, spelledDict(d))
	if err != nil {
		return nil, fmt.Errorf("django: json: %w", err)
	}
	return text, nil
}

func (jsonSerializer) Loads(data []byte) (*python.Dict, error) {
	v, err := pyjson.ReadPython(string(data))
	if err != nil {
		return nil, fmt.Errorf("django: json: %w", err)
	}
	return asDict(v)
}

// Pickle is Django's PickleSerializer, which Django 4.1 deprecated and 5.0 removed,
// and what its caches keep. Pickles are read by an allow-list that can run nothing.
type Pickle struct {
	// Write allows to write pickles as well. Default: ErrReadOnly.
	Write bool

	// Protocol to write: 0, 2, 4 or 5. Default 4, which Python 3.4 and newer
	// read; negative for 0.
	Protocol int
}

// Dumps returns the pickle of d. Errors: ErrReadOnly; a value that has no form in it.
func (p Pickle) Dumps(d *python.Dict) ([]byte, error) {
	if !p.Write {
		return nil, ErrReadOnly
	}
	protocol := p.Protocol
	if protocol == 0 {
		protocol = pickle.Protocol4
	}
	data, err := pickle.Append(nil, d, max(protocol, 0))
	if err != nil {
		return nil, fmt.Errorf("django: pickle: %w", err)
	}
	return data, nil
}

// Loads reads a pickle of any protocol up to 5. The error names an opcode or a global
// that isn't allowed.
func (p Pickle) Loads(data []byte) (*python.Dict, error) {
	v, err := pickle.Read(data, pickle.Limits{})
	if err != nil {
		return nil, fmt.Errorf("django: pickle: %w", err)
	}
	return asDict(v)
}

var errNoDict = errors.New("django: a session is no dict")

func asDict(v any) (*python.Dict, error) {
	d, ok := v.(*python.Dict)
	if !ok {
		return nil, errNoDict
	}
	return d, nil
}

// Functions is a Serializer of two functions.
type Functions struct {
	DumpsFunc func(d *python.Dict) ([]byte, error)
	LoadsFunc func(data []byte) (*python.Dict, error)
}

// Dumps calls DumpsFunc.
func (f Functions) Dumps(d *python.Dict) ([]byte, error) { return f.DumpsFunc(d) }

// Loads calls LoadsFunc.
func (f Functions) Loads(data []byte) (*python.Dict, error) { return f.LoadsFunc(data) }
