package payload

import (
	"bytes"
	"compress/zlib"
	"io"
	"math"
	"sync"
)

// An inflater is a zlib reader with what it reads from and writes to. A new one
// costs 40 KiB, so they are kept.
type inflater struct {
	src bytes.Reader
	z   io.ReadCloser
	in  io.LimitedReader
	out bytes.Buffer
}

var inflaters = sync.Pool{New: func() any { return new(inflater) }}

// inflate decompresses at most limit bytes. What follows the stream is ignored,
// as zlib.decompress of Python does.
func inflate(packed []byte, limit int) ([]byte, error) {
	f := inflaters.Get().(*inflater)
	defer inflaters.Put(f)
	f.src.Reset(packed)
	if f.reset() != nil {
		return nil, ErrZlib
	}
	f.in = io.LimitedReader{R: f.z, N: min(int64(limit), math.MaxInt64-1) + 1}
	f.out.Reset()
	n, err := f.out.ReadFrom(&f.in)
	switch {
	case err != nil:
		return nil, ErrZlib
	case n > int64(limit):
		return nil, ErrTooLarge
	}
	return bytes.Clone(f.out.Bytes()), nil
}

func (f *inflater) reset() (err error) {
	if f.z == nil {
		f.z, err = zlib.NewReader(&f.src)
		return err
	}
	return f.z.(zlib.Resetter).Reset(&f.src, nil)
}
