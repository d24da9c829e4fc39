package linear

import "time"

// The acts of a [call]. Those that end a session do it in all the ways there are.
const (
	load   = "load"
	create = "create"
	update = "update"
	end    = "end"    // an update that expires at once
	rotate = "rotate" // a Replace, after which the old key is dead
	remove = "remove"
	endAll = "end all" // of a subject
	ended  = "ended all"
)

// A call is one of a client. A record is told from all others by its number, which is
// also its data.
type call struct {
	Act     string
	Subject string
	Key     int // the subject's keys are numbered
	To      int // rotate: the new key
	Old     int // update, end, rotate: the record that was read
	Version uint64
	New     int           // create, update, rotate: the record to be written
	Within  time.Duration // how long it may take; 0: as long as it does
	End     int           // endAll, ended: their number
}

// The codes of a [result].
const (
	ok       = "ok"
	gone     = "gone"
	conflict = "conflict"
	unknown  = "unknown"
)

// A result is what a client is answered.
type result struct {
	Code    string
	Record  int    // load: what is there
	Version uint64 // load, create, update, rotate: of that, or of the record written
}
