package main

import (
	"context"
	"encoding/json"
	"time"

	"github.com/coatcheck-go/session/lab/python/peer"
)

// A pythonVisitor lets a Python package seal and open tokens, in a process of its own,
// which measures the time itself.
type pythonVisitor struct {
	peer  *peer.Peer
	setup peer.Setup
	what  string // dumps or loads
	data  string
}

func openPython(data []entry, setup func() peer.Setup) func(options) (*site, error) {
	return func(options) (*site, error) {
		text, err := json.Marshal(asMap(data))
		if err != nil {
			return nil, err
		}
		python, err := peer.Start(context.Background())
		if err != nil {
			return nil, err
		}
		v := pythonVisitor{peer: python, data: string(text), setup: setup()}
		return &site{visitor: v.of, close: python.Close}, nil
	}
}

func (v pythonVisitor) of(a act, _ string) visitor {
	v.what = "loads"
	if a == actSeal {
		v.what = "dumps"
	}
	return v
}

func (v pythonVisitor) time(visits int) (time.Duration, error) {
	nanos, err := v.peer.Bench(v.setup, v.what, v.data, visits)
	return time.Duration(nanos * float64(visits)), err
}

func (v pythonVisitor) visit() bool {
	_, err := v.time(1)
	return err == nil
}

func (pythonVisitor) setCookies() []string { return nil }
func (pythonVisitor) body() string         { return "" }
