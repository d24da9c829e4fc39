package djangostore

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"

	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
	"github.com/ulikunitz/xz"

	compat "github.com/coatcheck-go/session/compat/django/djangostore"
)

// A compressor is one of django-redis's.
type compressor struct {
	longestPlain int
	writer       func(io.Writer) (io.WriteCloser, error)
	reader       func(io.Reader) (io.Reader, error)
}

// compressors are those of CACHES that aren't zlib's.
var compressors = map[string]compat.Compressor{
	"djgzip": compressor{
		15,
		func(w io.Writer) (io.WriteCloser, error) { return gzip.NewWriter(w), nil },
		func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) },
	},
	"djlzma": compressor{
		100,
		func(w io.Writer) (io.WriteCloser, error) { return xz.WriterConfig{DictCap: 1 << 16}.NewWriter(w) },
		func(r io.Reader) (io.Reader, error) { return xz.NewReader(r) },
	},
	"djlz4": compressor{
		15,
		func(w io.Writer) (io.WriteCloser, error) { return lz4.NewWriter(w), nil },
		func(r io.Reader) (io.Reader, error) { return lz4.NewReader(r), nil },
	},
	"djzstd": compressor{
		15,
		func(w io.Writer) (io.WriteCloser, error) { return zstd.NewWriter(w, zstd.WithEncoderConcurrency(1)) },
		func(r io.Reader) (io.Reader, error) { return zstd.NewReader(r, zstd.WithDecoderConcurrency(1)) },
	},
}

func (c compressor) Compress(value []byte) []byte {
	if len(value) <= c.longestPlain {
		return value
	}
	var b bytes.Buffer
	w, err := c.writer(&b)
	if err == nil {
		_, err = w.Write(value)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		panic(err) // a buffer takes all
	}
	return b.Bytes()
}

func (c compressor) Decompress(data []byte, limit int) ([]byte, error) {
	r, err := c.reader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	value, err := io.ReadAll(io.LimitReader(r, int64(limit)+1))
	if err == nil && len(value) > limit {
		err = errors.New("too long")
	}
	return value, err
}
