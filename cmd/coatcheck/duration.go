package main

import (
	"errors"
	"time"

	"github.com/urfave/cli/v3"
)

// A duration is the value of a flag. The parser's own would take any and show 24h
// as 24h0m0s.
type duration struct {
	time.Duration
	text string
}

// longest is how long a session can last: the most that a browser keeps a cookie.
const longest = 400 * 24 * time.Hour

var errDuration = errors.New("want a duration from 1s to 9600h, such as 90s, 30m or 24h")

// Set implements cli.Value.
func (d *duration) Set(text string) error {
	v, err := time.ParseDuration(text)
	if err != nil || v < time.Second || v > longest {
		return errDuration
	}
	d.Duration, d.text = v, text
	return nil
}

func (d *duration) String() string { return d.text }

// Get implements cli.Value.
func (d *duration) Get() any { return d.Duration }

// durationFlag is a flag for a duration; a default of "" is 0.
func durationFlag(name, usage, value string) cli.Flag {
	d := &duration{text: value}
	if value != "" {
		d.Duration, _ = time.ParseDuration(value) // a constant
	}
	return &cli.GenericFlag{Name: name, Usage: usage, Value: d, HideDefault: value == ""}
}

func durationOf(command *cli.Command, name string) time.Duration {
	d, _ := command.Value(name).(time.Duration)
	return d
}
