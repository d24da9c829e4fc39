// Package python has Go types for the Python values that Flask's and Django's
// sessions hold and Go has no type of its own for. Values as they are read:
//
//	None            nil
//	bool            bool
//	int             int64, or *big.Int if it is larger
//	float           float64
//	str             string
//	bytes           []byte
//	list            []any
//	tuple           Tuple
//	dict            *Dict
//	set, frozenset  Set, FrozenSet
//	datetime        time.Time; without a time zone: Naive
//	date            Date
//	timedelta       time.Duration
//	UUID            UUID
//	Decimal         Decimal
//	Markup          Markup
//
// Writers take besides all that Go's own kinds say of themselves: any integer and
// float type, map[string]any, slices.
package python

import (
	"encoding/hex"
	"iter"
	"time"
)

// A Tuple is a Python tuple.
type Tuple []any

// A Set is a Python set, a FrozenSet a frozenset, in the order they were read.
type (
	Set       []any
	FrozenSet []any
)

// A Naive is a datetime without a time zone. The zone of the time.Time is UTC and
// has no meaning.
type Naive struct{ time.Time }

// A Date is a date without a time of day.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// A UUID is the 16 bytes of a uuid.UUID.
type UUID [16]byte

// String returns the usual form, 36 characters with dashes.
func (u UUID) String() string {
	text := hex.EncodeToString(u[:])
	return text[:8] + "-" + text[8:12] + "-" + text[12:16] + "-" + text[16:20] + "-" + text[20:]
}

// A Decimal is the text of a decimal.Decimal, such as "1.50".
type Decimal string

// A Markup is text that is HTML already, a markupsafe.Markup. Like a
// template.HTML it must come from a trusted hand.
type Markup string

// A Dict is a Python dict: it keeps the order in which its keys were first set.
// The zero Dict is empty. It is not safe for concurrent use.
type Dict struct {
	keys   []any
	values []any
	index  map[any]int
}

// Len returns how many keys there are.
func (d *Dict) Len() int { return len(d.keys) }

// Get returns the value of key and whether there is one. key must be comparable: a
// string, int64, float64, bool or nil, for instance.
func (d *Dict) Get(key any) (value any, ok bool) {
	i, ok := d.index[key]
	if !ok {
		return nil, false
	}
	return d.values[i], true
}

// Set stores value under key, which must be comparable (see the == operator). A
// key that is there keeps its place.
func (d *Dict) Set(key, value any) {
	if i, ok := d.index[key]; ok {
		d.values[i] = value
		return
	}
	if d.index == nil {
		d.index = map[any]int{}
	}
	d.index[key] = len(d.keys)
	d.keys = append(d.keys, key)
	d.values = append(d.values, value)
}

// All yields keys and values in their order. The Dict must not be changed meanwhile.
func (d *Dict) All() iter.Seq2[any, any] {
	return func(yield func(key, value any) bool) {
		for i, key := range d.keys {
			if !yield(key, d.values[i]) {
				return
			}
		}
	}
}
