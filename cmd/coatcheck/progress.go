package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// A progress shows how far a sweep is.
type progress interface {
	add(n int)
	finish()
}

// newProgress returns a moving bar for a terminal, and plain lines for anything
// else: a log, a pipe.
func newProgress(out io.Writer) progress {
	if f, ok := out.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return newBar(out)
	}
	return &plainLines{out: out, last: time.Now()}
}

// A bar has no end to show: no store can tell how many sessions have expired
// without reading all of them.
type bar struct{ *progressbar.ProgressBar }

func newBar(out io.Writer) bar {
	return bar{progressbar.NewOptions(-1,
		progressbar.OptionSetWriter(out),
		progressbar.OptionSetDescription("Deleting expired sessions"),
		progressbar.OptionSpinnerType(14),
		progressbar.OptionShowCount(),
		progressbar.OptionShowIts(),
		progressbar.OptionSetItsString("sessions"),
		progressbar.OptionThrottle(100*time.Millisecond),
		progressbar.OptionClearOnFinish(),
	)}
}

func (b bar) add(n int) { _ = b.Add(n) }
func (b bar) finish()   { _ = b.Finish() }

// plainEvery is how often a sweep that takes long says that it is alive.
const plainEvery = 5 * time.Second

type plainLines struct {
	out   io.Writer
	total int
	last  time.Time
}

func (p *plainLines) add(n int) {
	p.total += n
	if now := time.Now(); now.Sub(p.last) >= plainEvery {
		p.last = now
		fmt.Fprintf(p.out, "Deleted %d so far.\n", p.total)
	}
}

func (p *plainLines) finish() {}
