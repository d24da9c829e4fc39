// Package besidepython is what the examples with Flask and with Django have in common: a
// Python application in a process of its own, and a proxy that leads some paths to Go and
// the rest to Python.
package besidepython

import (
	"flag"
	"strings"
)

// Options are what a user may choose on the command line.
type Options struct {
	Framework string   // "Flask" or "Django"; in lower case it is the name of its package
	Addr      string   // to listen on: HOST:PORT
	Python    string   // an interpreter that has the framework; "" to find one, or to make one
	Moved     []string // the paths that Go serves; all others are Python's
}

// Flags reads the command line. moved are the paths that Go serves when nobody says
// otherwise.
func Flags(framework, moved string) Options {
	addr := flag.String("addr", "127.0.0.1:8080", "listen on `HOST:PORT`; port 0 picks a free one")
	python := flag.String("python", "", "`PATH` of a Python that has "+framework+" (default: python3, or one that is made where that has none)")
	paths := flag.String("go", moved, "`PATHS` that Go serves; all others are "+framework+"'s")
	flag.Parse()
	return Options{Framework: framework, Addr: *addr, Python: *python, Moved: strings.Fields(*paths)}
}
