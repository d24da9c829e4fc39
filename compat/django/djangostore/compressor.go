package djangostore

import "github.com/coatcheck-go/session/compat/internal/payload"

// A Compressor does what one of django-redis's compressors does: gzip, LZMA (which is the
// format of xz), LZ4 (its frames), Zstandard or the site's own. Its methods don't change
// their arguments. Implementations must be safe for concurrent use.
type Compressor interface {
	// Compress returns value compressed, or as it is if it is too short for that: with
	// django-redis 15 bytes, 100 with LZMA.
	Compress(value []byte) []byte

	// Decompress is the reverse. It is an error if data isn't compressed, or would be
	// longer than limit bytes.
	Decompress(data []byte, limit int) ([]byte, error)
}

const (
	// maxInflated is what a compressed value may become.
	maxInflated = 4 << 20

	// minZlib is from how many bytes on django-redis compresses.
	minZlib = 16
)

// zlib compresses whatever it is given.
type zlib struct{}

func (zlib) Compress(value []byte) []byte { return payload.Compress(value) }

func (zlib) Decompress(data []byte, limit int) ([]byte, error) {
	return payload.Decompress(data, limit)
}

// pack spells a value as new ones are.
func (c *Cache) pack(value string) string {
	switch {
	case c.o.Compressor != nil:
		return string(c.o.Compressor.Compress([]byte(value)))
	case c.o.Zlib && len(value) >= minZlib:
		return string(zlib{}.Compress([]byte(value)))
	}
	return value
}

// unpack returns a value, and by what it was compressed, nil if by nothing. Neither a
// pickle nor JSON begins as zlib's streams do.
func (c *Cache) unpack(raw string) (value string, by Compressor, err error) {
	if by = c.o.Compressor; by != nil {
		if b, err := by.Decompress([]byte(raw), maxInflated); err == nil {
			return string(b), by, nil
		}
	}
	if len(raw) < 2 || raw[0] != 0x78 || (int(raw[0])<<8|int(raw[1]))%31 != 0 {
		return raw, nil, nil
	}
	b, err := zlib{}.Decompress([]byte(raw), maxInflated)
	if err != nil {
		return "", nil, errBroken
	}
	return string(b), zlib{}, nil
}
