package payload

import (
	"bytes"
	"compress/zlib"
	"io"
	"sync"
)

// readers are zlib readers at rest: a new one costs 40 KiB.
var readers sync.Pool

// inflate decompresses at most limit bytes. What follows the stream is ignored,
// as zlib.decompress of Python does.
func inflate(packed []byte, limit int) ([]byte, error) {
	r, err := reader(packed)
	if err != nil {
		return nil, ErrZlib
	}
	defer readers.Put(r)
	var out bytes.Buffer
	n, err := out.ReadFrom(io.LimitReader(r, int64(limit)+1))
	switch {
	case err != nil:
		return nil, ErrZlib
	case n > int64(limit):
		return nil, ErrTooLarge
	}
	return out.Bytes(), nil
}

func reader(packed []byte) (io.Reader, error) {
	src := bytes.NewReader(packed)
	r, ok := readers.Get().(io.Reader)
	if !ok {
		return zlib.NewReader(src)
	}
	return r, r.(zlib.Resetter).Reset(src, nil)
}
