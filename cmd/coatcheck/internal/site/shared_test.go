package site

import (
	"slices"
	"testing"
)

// Entries are shown in their order; what isn't JSON, as Python's NaN, as it is.
func TestStoredValues(t *testing.T) {
	for object, want := range map[string][]rawValue{
		`{"b": 1.0, "a": {"z": [], "c": "x"}}`: {{"b", "1.0"}, {"a", "{\n  \"z\": [],\n  \"c\": \"x\"\n}"}},
		`{}`:                                   nil,
		`{"a": NaN}`:                           {{"session", `{"a": NaN}`}},
		`{"a": 1`:                              {{"session", `{"a": 1`}},
		``:                                     {{"session", ``}},
	} {
		if got := storedValues(object); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", object, got, want)
		}
	}
}
