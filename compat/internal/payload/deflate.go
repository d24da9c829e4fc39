package payload

import (
	"bytes"
	"compress/zlib"
	"sync"
)

// small is up to how many bytes compress/flate isn't worth its start: it spends
// 20 to 50 microseconds on its tables, however short the data; fixed takes two.
const small = 512

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// writers are zlib writers at rest: a new one costs 800 KiB.
var writers = sync.Pool{New: func() any { return zlib.NewWriter(nil) }}

// deflate returns data as a zlib stream, in a buffer that goes back to buffers.
// The bytes aren't those of Python, whose zlib makes other choices; either reads
// the other's.
func deflate(data []byte) *bytes.Buffer {
	out := buffers.Get().(*bytes.Buffer)
	out.Reset()
	if len(data) <= small {
		out.Write(fixed(out.AvailableBuffer(), data))
		return out
	}
	w := writers.Get().(*zlib.Writer)
	defer writers.Put(w)
	w.Reset(out)
	_, _ = w.Write(data) // a bytes.Buffer takes everything
	_ = w.Close()
	return out
}
