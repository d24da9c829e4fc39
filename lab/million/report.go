package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/coatcheck-go/session/lab/internal/traffic"
)

// soon is what listing and ending the sessions of one user may take, at the median.
const soon = 5 * time.Millisecond

type times []time.Duration

func (t times) at(p float64) time.Duration {
	return traffic.Percentile(slices.Sorted(slices.Values(t)), p)
}

func (t times) columns() string {
	return fmt.Sprintf("%s | %s", traffic.Millis(t.at(50)), traffic.Millis(t.at(99)))
}

// verdict tells whether the median is soon enough.
func (t times) verdict() string {
	if t.at(50) < soon {
		return "met"
	}
	return "**missed**"
}

// report is Markdown.
func report(s settings, results []*result) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d sessions of %d users, %d bytes of data each as a store gets it. Listing and ending: all %d sessions of one user, %d users;\n",
		s.sessions, s.users(), results[0].record, perUser, s.asked)
	fmt.Fprintf(&b, "the budget is %v for half of them.\n\n", soon)
	fmt.Fprintln(&b, "| | a session takes | list: half within | 99 % within | | end all: half within | 99 % within | |")
	fmt.Fprintln(&b, "|---|--:|--:|--:|---|--:|--:|---|")
	for _, r := range results {
		fmt.Fprintf(&b, "| %s | %.0f bytes | %s | %s | %s | %s |\n",
			r.name, r.bytes, r.list.columns(), r.list.verdict(), r.ends.columns(), r.ends.verdict())
	}
	for _, r := range results {
		fmt.Fprintf(&b, "\n%s, when %d sessions expire; %d requests a second, one of ten writes. %s\n\n%s",
			r.name, s.expired()-s.asked*(perUser-1), s.rate, r.swept(), r.requests.Table(r.expiry))
		if r.notes != "" {
			fmt.Fprintf(&b, "\n%s", r.notes)
		}
	}
	return b.String()
}

func (r *result) swept() string {
	took := r.requests.Swept.Seconds()
	if !r.requests.Ended {
		return fmt.Sprintf("After %.0f s of sweeping, %d were left.", took, r.over)
	}
	return fmt.Sprintf("That took %.0f s.", took)
}
