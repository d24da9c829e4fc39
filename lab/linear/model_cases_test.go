package linear

import (
	"testing"

	"github.com/anishathalye/porcupine"
)

// A line of a history: what was called and answered, from when to when.
func line(begun, over int64, c call, r result) porcupine.Operation {
	return porcupine.Operation{Input: c, Output: r, Call: begun, Return: over}
}

// begun and over are the two lines of an end of all that has returned.
func begunAndOver(from, to int64) []porcupine.Operation {
	return []porcupine.Operation{
		line(from, to, call{Act: endAll}, result{Code: ok}), line(from, to, call{Act: ended}, result{Code: ok}),
	}
}

const never = 1 << 62

// The model knows what may be and what may not.
func TestModel(t *testing.T) {
	created := line(1, 2, call{Act: create, New: 1}, result{Code: ok})
	live := func(begun, over int64) porcupine.Operation {
		return line(begun, over, call{Act: load}, result{Code: ok, Record: 1})
	}
	dead := func(begun, over int64) porcupine.Operation {
		return line(begun, over, call{Act: load}, result{Code: gone})
	}
	rotated := func(begun, over int64) porcupine.Operation {
		return line(begun, over, call{Act: rotate, To: 1, Old: 1, New: 2}, result{Code: ok})
	}
	second := line(50, 51, call{Act: load, Key: 1}, result{Code: ok, Record: 2})
	for name, c := range map[string]struct {
		history []porcupine.Operation
		can     bool
	}{
		"live":                            {[]porcupine.Operation{created, live(3, 4)}, true},
		"live before it was created":      {[]porcupine.Operation{live(-1, 0), created}, false},
		"lost":                            {[]porcupine.Operation{created, dead(3, 4)}, false},
		"removed":                         {[]porcupine.Operation{created, line(3, 4, call{Act: remove}, result{Code: ok}), dead(5, 6)}, true},
		"removed and live":                {[]porcupine.Operation{created, line(3, 4, call{Act: remove}, result{Code: ok}), live(5, 6)}, false},
		"live while it is removed":        {[]porcupine.Operation{created, line(3, 9, call{Act: remove}, result{Code: ok}), live(5, 6)}, true},
		"dead and live":                   {[]porcupine.Operation{created, line(3, 9, call{Act: remove}, result{Code: ok}), dead(4, 5), live(6, 7)}, false},
		"perhaps removed, live":           {[]porcupine.Operation{created, line(3, never, call{Act: remove}, result{Code: unknown}), live(5, 6)}, true},
		"perhaps removed, late":           {[]porcupine.Operation{created, line(3, never, call{Act: remove}, result{Code: unknown}), live(5, 6), dead(7, 8)}, true},
		"perhaps removed, dead and live":  {[]porcupine.Operation{created, line(3, never, call{Act: remove}, result{Code: unknown}), dead(5, 6), live(7, 8)}, false},
		"rotated":                         {[]porcupine.Operation{created, rotated(3, 4), dead(5, 6), second}, true},
		"rotated and live":                {[]porcupine.Operation{created, rotated(3, 4), live(5, 6)}, false},
		"two writes over one read":        {[]porcupine.Operation{created, rotated(3, 6), line(3, 6, call{Act: update, Old: 1, New: 3}, result{Code: ok})}, false},
		"all ended":                       {append(begunAndOver(3, 4), created, dead(5, 6)), true},
		"all ended and live":              {append(begunAndOver(3, 4), created, live(5, 6)), false},
		"created while all were ended":    {append(begunAndOver(0, 9), created, live(10, 11)), true},
		"created and taken with the rest": {append(begunAndOver(0, 9), created, dead(10, 11)), true},
		"rotated before all ended":        {append(begunAndOver(5, 9), created, rotated(3, 4), second), false},
		"rotated while all were ended":    {append(begunAndOver(3, 9), created, rotated(4, 5), second), false},
		"perhaps all ended":               {[]porcupine.Operation{created, line(3, never, call{Act: endAll}, result{Code: unknown}), live(5, 6), dead(7, 8)}, true},
	} {
		if can := porcupine.CheckOperations(model, c.history); can != c.can {
			t.Errorf("%s: that it can be is %v", name, can)
		}
	}
}
