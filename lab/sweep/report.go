package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"time"
)

// A line is one of the table's: some requests.
type line struct{ all, reads, writes []time.Duration }

func (s *samples) line() line {
	slices.Sort(s.reads)
	slices.Sort(s.writes)
	all := slices.Concat(s.reads, s.writes)
	slices.Sort(all)
	return line{all, s.reads, s.writes}
}

// percentile is of sorted times.
func percentile(sorted []time.Duration, p float64) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min(int(p/100*float64(len(sorted))), len(sorted)-1)]
}

// text is the result as Markdown.
func (r *result) text() string {
	alone, beside := r.alone.line(), r.beside.line()
	var b strings.Builder
	fmt.Fprintf(&b, "%d sessions, %d of them live; %d requests a second, one of ten writes. The sweep took %.0f s, for %.0f sessions a second.\n\n",
		r.rows, r.live, r.rate, r.swept.Seconds(), float64(r.rows-r.live)/r.swept.Seconds())
	fmt.Fprintln(&b, "| | requests | half within | 99 % within | slowest | 99 % of reads | 99 % of writes |")
	fmt.Fprintln(&b, "|---|--:|--:|--:|--:|--:|--:|")
	alone.write(&b, "alone")
	beside.write(&b, "beside the sweep")
	fmt.Fprintf(&b, "| ratio | | %s | **%s** | %s | %s | %s |\n",
		ratio(beside.all, alone.all, 50), ratio(beside.all, alone.all, 99), ratio(beside.all, alone.all, 100),
		ratio(beside.reads, alone.reads, 99), ratio(beside.writes, alone.writes, 99))
	return b.String()
}

func (l line) write(b *strings.Builder, name string) {
	fmt.Fprintf(b, "| %s | %d | %s | %s | %s | %s | %s |\n", name, len(l.all),
		millis(percentile(l.all, 50)), millis(percentile(l.all, 99)), millis(percentile(l.all, 100)),
		millis(percentile(l.reads, 99)), millis(percentile(l.writes, 99)))
}

func millis(d time.Duration) string { return fmt.Sprintf("%.2f ms", d.Seconds()*1e3) }

func ratio(over, under []time.Duration, p float64) string {
	return fmt.Sprintf("%.1f", float64(percentile(over, p))/float64(percentile(under, p)))
}

const (
	begin = "<!-- written by lab/sweep -->\n"
	end   = "<!-- end of lab/sweep -->\n"
)

// writeTo puts the result into a file, in the place of the last one.
func (r *result) writeTo(file string) error {
	old, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	before, rest, found := strings.Cut(string(old), begin)
	_, after, ended := strings.Cut(rest, end)
	if !found || !ended {
		return fmt.Errorf("%s has no lines %q and %q to write between", file, strings.TrimSpace(begin), strings.TrimSpace(end))
	}
	return os.WriteFile(file, []byte(before+begin+"\n"+r.text()+"\n"+end+after), 0o666)
}
