package session

import (
	"fmt"
	"time"
)

// Limits say how long sessions last. Both hold by the Manager's own clock, even
// where a store's expiry fails.
type Limits struct {
	// Idle ends a session that long after its last request. 0 means 24 hours,
	// NoIdle none.
	Idle time.Duration

	// Lifetime ends a session that long after it began or its visitor logged
	// in, whatever they do. 0 means 14 days. At most 400 days, the most a
	// browser keeps a cookie.
	Lifetime time.Duration
}

// NoIdle is for Limits.Idle: no idle timeout.
const NoIdle time.Duration = -1

// Limits as NIST SP 800-63B-4 has them for its authentication assurance levels.
var (
	AAL1 = Limits{Idle: NoIdle, Lifetime: 30 * 24 * time.Hour}
	AAL2 = Limits{Idle: time.Hour, Lifetime: 24 * time.Hour}
	AAL3 = Limits{Idle: 15 * time.Minute, Lifetime: 12 * time.Hour}
)

const (
	defaultIdle     = 24 * time.Hour
	defaultLifetime = 14 * 24 * time.Hour
	maxLifetime     = 400 * 24 * time.Hour
)

// resolve puts the defaults in and checks the rest.
func (l Limits) resolve() (Limits, error) {
	if l.Idle == 0 {
		l.Idle = defaultIdle
	}
	if l.Lifetime == 0 {
		l.Lifetime = defaultLifetime
	}
	if err := checkLifetime(l.Lifetime); err != nil {
		return l, err
	}
	_, err := checkIdle(l.Idle)
	return l, err
}

func checkLifetime(d time.Duration) error {
	if d < time.Second || d > maxLifetime {
		return fmt.Errorf("session: lifetime %v: must be from 1s to 9600h (400 days)", d)
	}
	return nil
}

// checkIdle returns d as a Snapshot holds it: 0 for none.
func checkIdle(d time.Duration) (time.Duration, error) {
	if d == NoIdle {
		return 0, nil
	}
	if d < time.Second || d > maxLifetime {
		return 0, fmt.Errorf("session: idle timeout %v: must be from 1s to 9600h (400 days), or NoIdle", d)
	}
	return d, nil
}
