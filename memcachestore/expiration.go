package memcachestore

import (
	"math"
	"time"
)

// What memcached takes as an expiration: seconds from now if it is up to a month, or
// else seconds since 1970; 0 is never, and less is over at once.
const (
	over  = -1
	never = 0
	month = 30 * 24 * 60 * 60
)

// expiration returns when memcached may forget an item that lives for ttl. Its
// clock ticks once a second and may be that much behind, so it gets a second
// more: no item ends early.
func expiration(ttl time.Duration) int32 {
	if ttl <= 0 {
		return over
	}
	seconds := int64(math.Ceil(ttl.Seconds())) + 1
	if seconds <= month {
		return int32(seconds)
	}
	if at := time.Now().Unix() + 1 + seconds; at <= math.MaxInt32 {
		return int32(at)
	}
	return never
}
