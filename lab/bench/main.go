package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"regexp"
)

// settings are the command line.
type settings struct {
	rounds   int
	sessions int
	only     *regexp.Regexp
	file     string
}

func main() {
	s := settings{only: regexp.MustCompile("")}
	flag.IntVar(&s.rounds, "rounds", 60, "how often each work runs on each library")
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
	r := &results{command: os.Args[1:]}
	if r.calls, err = countCalls(); err != nil {
		return err
	}
	r.cells = newCells(dir, s.only)
	if err := measureAll(r.cells, s.rounds); err != nil {
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
