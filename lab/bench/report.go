package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"
)

// results are all that was measured.
type results struct {
	command []string
	rounds  int
	cells   []*cell
	calls   calls
	trips   []tripCount
	sizes   []size
	servers []string // names and versions
	python  []string // the same
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
	r.writeTable(p, inProcess, "Time for a request", "Medians. Compare within a column; another run has other figures, but much the same ratios.", medianTime)
	r.writeTable(p, inProcess, "Allocations for a request", "How many, and how many bytes.", allocations)
	r.writeServers(p)
	r.writeDjango(p)
	r.writeTokens(p)
	r.writeSizes(p)
	r.writeCrowds(p)
	return p.String()
}

func (r *results) writeIntroduction(p *page) {
	p.line("# Benchmarks\n")
	p.line("Coatcheck beside other session libraries for Go, and the least that a session can cost. What is measured, how, and")
	p.line("why it is fair, is said in the package comment of [lab/bench](../lab/bench/doc.go). This page was written by\n")
	p.line("    %s\n", strings.Join(append([]string{"go run ./lab/bench"}, r.command...), " "))
	p.line("on %s with %s on %d of %d cores (%s/%s), and %s.\n", time.Now().UTC().Format(time.DateOnly),
		runtime.Version(), runtime.GOMAXPROCS(0), runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, strings.Join(append(versions(), r.python...), ", "))
	p.line("The works: **W1** read one key of a session, **W2** set one key, **W3** a request without a cookie that makes no use of the")
	p.line("session, **W4** sign in (a new token, three keys set), **W5** W1 by two goroutines over 64 sessions. Sessions have 143")
	p.line("bytes of JSON, or 2 KiB where it says so. Each was measured in %d rounds.", r.rounds)
}

// versions are those of the libraries compared.
func versions() (found []string) {
	info, _ := debug.ReadBuildInfo()
	for _, module := range info.Deps {
		for _, path := range []string{
			"alexedwards/scs", "gofiber/fiber", "gorilla/", "boj/redistore", "modernc.org/sqlite", "redis/", "jackc/pgx",
		} {
			if strings.Contains(module.Path, path) {
				found = append(found, strings.TrimPrefix(module.Path, "github.com/")+" "+module.Version)
			}
		}
	}
	return found
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

func medianTime(c *cell) string { return duration(quartilesOf(c.nanos).median) }

// allocations leaves out what is done by another process.
func allocations(c *cell) string {
	if c.timesItself() {
		return ""
	}
	return fmt.Sprintf("%.0f / %.0f", c.allocs, c.bytes)
}

// writeTable has the stacks of a place as rows, and the works that were measured
// there as columns.
func (r *results) writeTable(p *page, at place, title, note string, value func(*cell) string) {
	columns := r.worksAt(at)
	if len(columns) == 0 {
		return
	}
	p.line("\n## %s\n\n%s", title, note)
	p.head(append([]string{""}, columns...)...)
	for _, st := range stacks {
		if st.place == at {
			p.row(append([]string{st.name}, r.values(st, columns, value)...)...)
		}
	}
}

// worksAt returns the names of the works that were measured there.
func (r *results) worksAt(at place) (names []string) {
	for _, w := range works {
		if slices.ContainsFunc(r.cells, func(c *cell) bool { return c.work == w && c.stack.place == at }) {
			names = append(names, w.name)
		}
	}
	return names
}

func (r *results) values(st *stack, works []string, value func(*cell) string) (texts []string) {
	for _, w := range works {
		text := ""
		if c := r.cell(w, st.name); c != nil {
			text = value(c)
		}
		texts = append(texts, text)
	}
	return texts
}

func (r *results) writeServers(p *page) {
	note := "Medians, with servers on the same machine: " + strings.Join(r.servers, ", ") + `, by TCP over loopback.
PostgreSQL doesn't wait for its disk here, which would hide all else. A rotation gives the session a new token.`
	r.writeTable(p, onServer, "Time for a request, on servers", note, medianTime)
	r.writeTable(p, onServer, "Allocations for a request, on servers", "In the program, not in the server.", allocations)
	r.writeTrips(p)
}

func (r *results) writeTrips(p *page) {
	if len(r.trips) == 0 {
		return
	}
	p.line("\n## Round trips\n")
	p.line("For a request, by the server's own statistics: how often Redis has read from the connection, and how many transactions")
	p.line("PostgreSQL has ended (a statement by itself is one; one of several statements takes a round trip for each, and two more). A")
	p.line("few hundredths are what clients send now and then by themselves. gorilla's pool asks before each use whether the connection is")
	p.line("alive. Behind a near cache a request writes in one round trip; but Redis tells of that write as well, so the next request finds")
	p.line("the cache empty if the news was faster than itself.")
	p.head(append([]string{""}, tripWorks...)...)
	for _, st := range stacks {
		if st.trips != nil {
			p.row(append([]string{st.name}, r.tripsOf(st)...)...)
		}
	}
}

func (r *results) tripsOf(st *stack) []string {
	texts := make([]string, len(tripWorks))
	for _, t := range r.trips {
		if t.stack == st {
			texts[slices.Index(tripWorks, t.work.name)] = fmt.Sprintf("%.2f", t.each)
		}
	}
	return texts
}

// besideDjango are Coatcheck's ways to keep Django's sessions, and Django's.
var besideDjango = [][2]string{{djangoPostgres, pythonPostgres}, {djangoCookie, pythonDjango}}

func (r *results) writeDjango(p *page) {
	const note = `Medians. W1 and W2 are whole requests through the middleware, Load and Save the engine alone: a session is read
whole, and saved with another value of one key. Django is measured in its own process, by its own clock. Both use the same
PostgreSQL server, and keep their connections open, as Django does by CONN_MAX_AGE. Django's db writes without a condition, in a
transaction; compat/django by one UPDATE that holds only if the session is still as it was read.`
	r.writeTable(p, likeDjango, "Beside Django: time", note, medianTime)
	columns := r.worksAt(likeDjango)
	if len(columns) == 0 {
		return
	}
	p.line("\nCoatcheck's time, of Django's:")
	p.head(append([]string{""}, columns...)...)
	for _, pair := range besideDjango {
		p.row(append([]string{pair[0]}, r.ratios(pair, columns)...)...)
	}
	r.writeTable(p, likeDjango, "Beside Django: allocations", "How many, and how many bytes.", allocations)
}

// ratios are those of two stacks' times for the works that both were measured with.
func (r *results) ratios(pair [2]string, works []string) (texts []string) {
	for _, w := range works {
		text := ""
		if over, under := r.cell(w, pair[0]), r.cell(w, pair[1]); over != nil && under != nil {
			text = ratiosOf(over, under).String()
		}
		texts = append(texts, text)
	}
	return texts
}

func (r *results) writeTokens(p *page) {
	const note = `Sealing and opening without a request. compat/flask and sealed leave the values as they are until one is asked
for, and encode them all to seal; itsdangerous, securecookie, djangosigning and django.core.signing decode all of them. Python is
measured in its own process, by its own clock; itsdangerous with plain JSON, without the types that Flask adds to it. The
Flask cookie that is opened was made by Python. Flask compresses a cookie if that makes it shorter, as it does with 143 bytes; one of 67 bytes stays
as it is. signing.dumps compresses only if told to, and isn't. iron-session, which does the same as sealed for Node.js, publishes
no times to compare with.`
	r.writeTable(p, nowhere, "Tokens alone: time", note, medianTime)
	r.writeOver(p)
	r.writeTable(p, nowhere, "Tokens alone: allocations", "How many, and how many bytes.", allocations)
}

// writeOver tells what sealed takes over the encryption alone.
func (r *results) writeOver(p *page) {
	for _, w := range []string{"Open", "Seal"} {
		own, raw := r.cell(w, sealedAlone), r.cell(w, rawGCM)
		if own != nil && raw != nil {
			q := quartilesOf(differences(own.nanos, raw.nanos))
			p.line("\n%s: sealed takes %.0f ns more than AES-256-GCM of the JSON alone (%.0f to %.0f).", w, q.median, q.low, q.high)
		}
	}
}

func differences(over, under []float64) []float64 {
	all := make([]float64, len(over))
	for i := range all {
		all[i] = over[i] - under[i]
	}
	return all
}

func (r *results) writeSizes(p *page) {
	p.line("\n## The size of an encrypted cookie\n")
	p.line("Bytes of the cookie's value, and in brackets how many for each byte of JSON. A salt, a nonce, two tags and the session's")
	p.line("times are in there, and all of it in base64.")
	stacks := encrypted()
	columns := []string{"bytes of JSON"}
	for _, st := range stacks {
		columns = append(columns, st.name)
	}
	p.head(columns...)
	for _, s := range r.sizes {
		row := []string{fmt.Sprint(s.json)}
		for _, st := range stacks {
			row = append(row, s.text(st))
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
