// Package faults breaks real servers, and the way to them, and looks what the visitors
// of a site get: 503 with Retry-After, never somebody else's session and never that of
// nobody; that what was acknowledged is still there where the server promises that; and
// that the site recovers without a restart. docs/operations.md has the outcome.
package faults

import (
	"testing"
	"time"
)

// limit is Config.LoadTimeout, Config.SaveTimeout and the timeout of the stores.
const limit = time.Second

// patience is when a request counts as hanging, and a site as one that doesn't
// recover: long after the limits, since the machine may be busy.
const patience = time.Minute

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
