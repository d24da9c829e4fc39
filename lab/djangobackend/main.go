// Command djangobackend does what a SessionStore of Django's does, for Python: the
// package coatcheck_sessions beside it sends every operation here. So Django's own
// session tests can be run on Coatcheck's engines; see README.md.
//
// It reads questions from the standard input and writes answers to the standard output,
// a line of JSON each, until the input ends.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
)

func main() {
	if err := serve(context.Background(), os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "djangobackend:", err)
		os.Exit(1)
	}
}

// serve answers until in ends.
func serve(ctx context.Context, in io.Reader, out io.Writer) error {
	d := newDesk()
	defer d.close()
	questions, answers := bufio.NewReader(in), json.NewEncoder(out)
	for {
		line, err := questions.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return nil
		}
		var q question
		if err == nil {
			err = json.Unmarshal(line, &q)
		}
		if err == nil {
			err = answers.Encode(d.answer(ctx, q))
		}
		if err != nil {
			return err
		}
	}
}
