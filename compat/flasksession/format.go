package flasksession

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/coatcheck-go/session/compat/internal/msgpack"
	"github.com/coatcheck-go/session/compat/internal/pickle"
	"github.com/coatcheck-go/session/compat/python"
)

// A Format is how sessions are written. All are read. Choose the one that the
// oldest peer writes: a Flask-Session that can't read a session begins a new one.
type Format byte

const (
	_       Format = iota // the default: Pickle5 in a Folder, else Msgpack
	Msgpack               // Flask-Session 0.6 to 0.8
	JSON                  // the same, with SESSION_SERIALIZATION_FORMAT = "json"
	Pickle0               // Flask-Session before 0.6, memcached
	Pickle4               // Flask-Session before 0.6, everything else
	Pickle5               // cachelib and so every Folder, on Python 3.8 or newer

	last = Pickle5
)

func (o Options) newestFormat() Format {
	if _, ok := o.Store.(*Folder); ok {
		return Pickle5
	}
	return Msgpack
}

// encode returns d in the format.
func (f Format) encode(d *python.Dict) ([]byte, error) {
	switch f {
	case JSON:
		return appendJSON(nil, d)
	case Pickle0:
		return pickle.Append(nil, d, pickle.Protocol0)
	case Pickle4:
		return pickle.Append(nil, d, pickle.Protocol4)
	case Pickle5:
		return pickle.Append(nil, d, pickle.Protocol5)
	}
	return msgpack.Append(nil, d)
}

var errNoDict = errors.New("it is no dict")

// decode finds out in which format data is: first as a whole MessagePack, then JSON,
// then a pickle. (A pickle begins like an empty MessagePack map, but goes on.)
func decode(data []byte) (*python.Dict, error) {
	if bytes.HasPrefix(bytes.TrimLeft(data, " \t\r\n"), []byte{'{'}) {
		return asDict(readJSON(data))
	}
	v, notMsgpack := msgpack.Read(data, msgpack.Limits{})
	if notMsgpack == nil {
		return asDict(v, nil)
	}
	v, err := pickle.Read(data, pickle.Limits{})
	if err != nil {
		err = fmt.Errorf("neither %w nor %w", notMsgpack, err)
	}
	return asDict(v, err)
}

func asDict(v any, err error) (*python.Dict, error) {
	if err != nil {
		return nil, err
	}
	d, ok := v.(*python.Dict)
	if !ok {
		return nil, errNoDict
	}
	return d, nil
}
