package main

import (
	"fmt"
	"slices"
)

// quartiles are the 25th, 50th and 75th percentile.
type quartiles struct{ low, median, high float64 }

func quartilesOf(values []float64) quartiles {
	sorted := slices.Sorted(slices.Values(values))
	at := func(quarter int) float64 {
		place := float64(len(sorted)-1) * float64(quarter) / 4
		below := int(place)
		above := min(below+1, len(sorted)-1)
		return sorted[below] + (sorted[above]-sorted[below])*(place-float64(below))
	}
	return quartiles{at(1), at(2), at(3)}
}

// ratiosOf are of the two cells' times in the same round.
func ratiosOf(over, under *cell) quartiles {
	ratios := make([]float64, len(over.nanos))
	for i := range ratios {
		ratios[i] = over.nanos[i] / under.nanos[i]
	}
	return quartilesOf(ratios)
}

// ratio writes a ratio: 1/25.3 or 1.21.
func ratio(r float64) string {
	if r < 0.75 {
		return fmt.Sprintf("1/%.3g", 1/r)
	}
	return fmt.Sprintf("%.3g", r)
}

func (q quartiles) String() string {
	return fmt.Sprintf("%s (%s to %s)", ratio(q.median), ratio(q.low), ratio(q.high))
}

// duration writes nanoseconds for a table.
func duration(nanos float64) string {
	switch {
	case nanos < 1e3:
		return fmt.Sprintf("%.0f ns", nanos)
	case nanos < 1e5:
		return fmt.Sprintf("%.1f µs", nanos/1e3)
	case nanos < 1e6:
		return fmt.Sprintf("%.0f µs", nanos/1e3)
	}
	return fmt.Sprintf("%.1f ms", nanos/1e6)
}
