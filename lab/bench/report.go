package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
	"time"
)

// results are all that was measured.
type results struct {
	command []string
	cells   []*cell
	calls   calls
	crowds  []crowdResult
}

// cell returns nil if it was not measured.
func (r *results) cell(work, stack string) *cell {
	for _, c := range r.cells {
		if c.work.name == work && c.stack.name == stack {
			return c
		}
	}
	return nil
}

// crowd returns nil if it was not measured.
func (r *results) crowd(stack string) *crowdResult {
	for i := range r.crowds {
		if r.crowds[i].stack.name == stack {
			return &r.crowds[i]
		}
	}
	return nil
}

// A page is Markdown being written.
type page struct{ strings.Builder }

func (p *page) line(format string, args ...any) { fmt.Fprintf(p, format+"\n", args...) }

// row writes a row of a table.
func (p *page) row(columns ...string) { p.line("| %s |", strings.Join(columns, " | ")) }

// head writes a table's head; all columns but the first are numbers.
func (p *page) head(columns ...string) {
	p.line("")
	p.row(columns...)
	p.line("|---|%s", strings.Repeat("---:|", len(columns)-1))
}

func (r *results) report() string {
	p := &page{}
	r.writeIntroduction(p)
	r.writeBudgets(p)
	r.writeTable(p, "Time for a request", "Medians. Compare within a column; another run has other figures, but much the same ratios.",
		func(c *cell) string { return duration(quartilesOf(c.nanos).median) })
	r.writeTable(p, "Allocations for a request", "How many, and how many bytes.",
		func(c *cell) string { return fmt.Sprintf("%.0f / %.0f", c.allocs, c.bytes) })
	r.writeCrowds(p)
	return p.String()
}

func (r *results) writeIntroduction(p *page) {
	p.line("# Benchmarks\n")
	p.line("Coatcheck beside other session libraries for Go, and the least that a session can cost. What is measured, how, and")
	p.line("why it is fair, is said in the package comment of [lab/bench](../lab/bench/doc.go). This page was written by\n")
	p.line("    %s\n", strings.Join(append([]string{"go run ./lab/bench"}, r.command...), " "))
	p.line("on %s with %s on %d of %d cores (%s/%s), and %s.\n", time.Now().UTC().Format(time.DateOnly),
		runtime.Version(), runtime.GOMAXPROCS(0), runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, versions())
	p.line("The works: **W1** read one key of a session, **W2** set one key, **W3** a request without a cookie that makes no use of the")
	p.line("session, **W4** sign in (a new token, three keys set), **W5** W1 by two goroutines over 64 sessions. Sessions have 143")
	p.line("bytes of JSON, or 2 KiB where it says so.")
}

// versions are those of the libraries compared.
func versions() string {
	var found []string
	info, _ := debug.ReadBuildInfo()
	for _, module := range info.Deps {
		for _, path := range []string{"alexedwards/scs", "gofiber/fiber", "gorilla/sessions", "modernc.org/sqlite"} {
			if strings.Contains(module.Path, path) {
				found = append(found, strings.TrimPrefix(module.Path, "github.com/")+" "+module.Version)
			}
		}
	}
	return strings.Join(found, ", ")
}

func (r *results) writeBudgets(p *page) {
	p.line("\n## Budgets\n")
	p.line("Ratios are medians over all rounds, with quartiles.")
	p.head("budget", "at most", "measured", "")
	for _, b := range r.budgets() {
		verdict := "met"
		if !b.met {
			verdict = "**missed**"
		}
		p.row(b.what, b.atMost, b.measured, verdict)
	}
}

func (r *results) writeTable(p *page, title, note string, value func(*cell) string) {
	p.line("\n## %s\n", title)
	p.line("%s", note)
	columns := []string{""}
	for _, w := range works {
		columns = append(columns, w.name)
	}
	p.head(columns...)
	for _, st := range stacks {
		row := []string{st.name}
		for _, w := range works {
			text := ""
			if c := r.cell(w.name, st.name); c != nil {
				text = value(c)
			}
			row = append(row, text)
		}
		p.row(row...)
	}
}

func (r *results) writeCrowds(p *page) {
	p.line("\n## A crowd: a million sessions in memory\n")
	p.line("Nine in ten of them expire at the same moment and are swept out while one visitor goes on reading.")
	p.head("", "heap a session", "full collection", "longest request", "longest during the sweep")
	for _, c := range r.crowds {
		p.row(c.stack.name, fmt.Sprintf("%.0f B", c.bytes), duration(float64(c.collection)),
			duration(float64(c.quiet)), duration(float64(c.busy)))
	}
}
