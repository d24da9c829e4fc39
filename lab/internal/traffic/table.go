package traffic

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// A line is one of the table's: some requests.
type line struct{ all, reads, writes []time.Duration }

func (s *Samples) line() line {
	slices.Sort(s.reads)
	slices.Sort(s.writes)
	all := slices.Concat(s.reads, s.writes)
	slices.Sort(all)
	return line{all, s.reads, s.writes}
}

// Percentile is of sorted times.
func Percentile(sorted []time.Duration, p float64) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min(int(p/100*float64(len(sorted))), len(sorted)-1)]
}

// Table compares requests beside a sweep, under that name, with those alone, in
// Markdown.
func (c *Comparison) Table(name string) string {
	a, b := c.Alone.line(), c.Beside.line()
	var text strings.Builder
	fmt.Fprintln(&text, "| | requests | half within | 99 % within | slowest | 99 % of reads | 99 % of writes |")
	fmt.Fprintln(&text, "|---|--:|--:|--:|--:|--:|--:|")
	a.write(&text, "alone")
	b.write(&text, name)
	fmt.Fprintf(&text, "| ratio | | %s | **%s** | %s | %s | %s |\n",
		ratio(b.all, a.all, 50), ratio(b.all, a.all, 99), ratio(b.all, a.all, 100),
		ratio(b.reads, a.reads, 99), ratio(b.writes, a.writes, 99))
	return text.String()
}

func (l line) write(b *strings.Builder, name string) {
	fmt.Fprintf(b, "| %s | %d | %s | %s | %s | %s | %s |\n", name, len(l.all),
		Millis(Percentile(l.all, 50)), Millis(Percentile(l.all, 99)), Millis(Percentile(l.all, 100)),
		Millis(Percentile(l.reads, 99)), Millis(Percentile(l.writes, 99)))
}

// Millis writes a time for a table.
func Millis(d time.Duration) string { return fmt.Sprintf("%.2f ms", d.Seconds()*1e3) }

func ratio(over, under []time.Duration, p float64) string {
	return fmt.Sprintf("%.1f", float64(Percentile(over, p))/float64(Percentile(under, p)))
}
