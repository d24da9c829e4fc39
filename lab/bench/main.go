package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"regexp"
	"slices"
	"time"
)

// settings are the command line.
type settings struct {
	rounds   int
	limit    time.Duration // for all rounds
	sessions int
	only     *regexp.Regexp
	file     string
}

func main() {
	s := settings{only: regexp.MustCompile("")}
	flag.IntVar(&s.rounds, "rounds", 45, "how often each work runs on each library")
	flag.DurationVar(&s.limit, "for", 150*time.Second, "begin no round after so long")
	flag.IntVar(&s.sessions, "sessions", 1_000_000, "how many sessions the crowd has")
	flag.StringVar(&s.file, "md", "", "also write the report to this `file`")
	flag.Func("only", "measure only what matches this `regexp`, such as '^W1, (coatcheck|scs), memory$' or '^crowd'",
		func(text string) (err error) {
			s.only, err = regexp.Compile(text)
			return err
		})
	flag.Parse()
	if err := run(s); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(s settings) (err error) {
	register()
	dir, err := os.MkdirTemp("", "coatcheck-bench")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	o := options{dir: dir, farm: &farm{}}
	defer func() { err = errors.Join(err, o.farm.close()) }()
	r := &results{command: os.Args[1:]}
	if err := r.count(o, s.only); err != nil {
		return err
	}
	r.cells = newCells(o, s.only)
	if r.rounds, err = measureAll(r.cells, s.rounds, s.limit); err != nil {
		return err
	}
	if err = r.askVersions(o.farm); err != nil {
		return err
	}
	err = r.measureCrowds(s)
	text := r.report() // without what could not be measured
	fmt.Print(text)
	if s.file != "" {
		err = errors.Join(err, os.WriteFile(s.file, []byte(text), 0o666))
	}
	return err
}

// tripVisits are enough for what a client sends besides not to be seen.
const tripVisits = 2000

// count finds out what needs no clock.
func (r *results) count(o options, only *regexp.Regexp) (err error) {
	if r.calls, err = countCalls(); err != nil {
		return err
	}
	if r.sizes, err = measureSizes(); err != nil {
		return err
	}
	progress("counting round trips")
	r.trips, err = countTrips(o, only, tripVisits)
	return err
}

// askVersions asks those that were measured which they are.
func (r *results) askVersions(f *farm) (err error) {
	if r.servers, err = f.versions(); err != nil {
		return err
	}
	if slices.ContainsFunc(r.cells, (*cell).timesItself) {
		r.python, err = pythonVersions()
	}
	return err
}

func (r *results) measureCrowds(s settings) (err error) {
	for _, st := range crowd() {
		if !s.only.MatchString("crowd, " + st.name) {
			continue
		}
		progress("%d sessions in %s", s.sessions, st.name)
		measured, crowdErr := measureCrowd(st, s.sessions)
		if crowdErr != nil {
			err = errors.Join(err, fmt.Errorf("crowd, %s: %w", st.name, crowdErr))
			continue
		}
		r.crowds = append(r.crowds, measured)
	}
	return err
}

func progress(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }
