package payload

import "bytes"

// Compress returns data as a zlib stream, for formats that have it without base64.
// Python reads it; the bytes aren't Python's.
func Compress(data []byte) []byte {
	b := deflate(data)
	defer buffers.Put(b)
	return bytes.Clone(b.Bytes())
}

// Decompress returns what packed is the zlib stream of. ErrZlib: it is none.
// ErrTooLarge: it is of more than limit bytes.
func Decompress(packed []byte, limit int) ([]byte, error) {
	f := inflaters.Get().(*inflater)
	defer inflaters.Put(f)
	return f.inflate(packed, limit)
}
