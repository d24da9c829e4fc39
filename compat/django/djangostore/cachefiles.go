package djangostore

import (
	"crypto/md5" //nolint:gosec // Django's names, nothing is protected by it
	"encoding/binary"
	"encoding/hex"
	"math"
	"os"
	"strings"
	"time"

	"github.com/coatcheck-go/session/compat/internal/payload"
	"github.com/coatcheck-go/session/compat/internal/pickle"
)

// OpenCacheFolder returns the store on the folder of Django's FileBasedCache, which is
// the cache's LOCATION. It makes the folder if it isn't there. The error is the
// system's.
//
// A file's name is the MD5 of the key, see [Cache], and ".djcache". It holds the pickle
// of when its time is over, in seconds since 1970 or None for never, and then the
// value, compressed by zlib.
//
// Django's processes delete files of it at random when there are more than MAX_ENTRIES,
// by default 300; Go's don't.
func OpenCacheFolder(path string) (*Folder, error) {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, failed("open cache folder", err)
	}
	return newFolder(path, "coatcheck-lock", cacheForm{}), nil
}

// A cacheForm is that of files of a cache.
type cacheForm struct{}

const cacheSuffix = ".djcache"

func (cacheForm) name(key string) string {
	sum := md5.Sum([]byte(key)) //nolint:gosec // see above
	return hex.EncodeToString(sum[:]) + cacheSuffix
}

func (cacheForm) temporary(string) string { return "coatcheck-*.tmp" }

func (cacheForm) owns(name string) bool { return strings.HasSuffix(name, cacheSuffix) }

func (cacheForm) write(value string, until time.Time) ([]byte, time.Time, error) {
	head, err := pickle.Append(nil, float64(until.UnixMicro()+1)/1e6, pickle.Protocol5)
	return append(head, payload.Compress([]byte(value))...), time.Now(), err
}

// never stands for a time that isn't limited.
var never = time.Unix(math.MaxInt32<<2, 0)

// read takes an empty file for one whose time is over, as Django does.
func (cacheForm) read(content []byte, _ time.Time) (value string, until time.Time, err error) {
	if len(content) == 0 {
		return "", time.Time{}, nil
	}
	end := pickleEnd(content)
	if end > len(content) {
		return "", until, errBroken
	}
	expiry, err := pickle.Read(content[:end], pickle.Limits{})
	if err != nil {
		return "", until, errBroken
	}
	switch seconds := expiry.(type) {
	case nil:
		until = never
	case float64:
		until = time.UnixMicro(int64(seconds * 1e6))
	default:
		return "", until, errBroken
	}
	b, err := payload.Decompress(content[end:], maxInflated)
	if err != nil {
		return "", until, errBroken
	}
	return string(b), until, nil
}

// pickleEnd is where the pickle of a time ends: that of None has four bytes, that
// of a number a frame, which tells its length.
func pickleEnd(content []byte) int {
	const header, frame = 2, 1 + 8
	if len(content) < header+frame || content[header] != 0x95 {
		return header + len("N.")
	}
	length := binary.LittleEndian.Uint64(content[header+1:])
	return header + frame + int(min(length, math.MaxInt32)) //nolint:gosec // it is in range
}
