package flasksession

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/coatcheck-go/session"
	compat "github.com/coatcheck-go/session/compat/flasksession"
	"github.com/coatcheck-go/session/lab/python/peer"
)

var raceFor = flag.Duration("racefor", time.Second, "how long the processes of TestWriters write to each session")

// writerVariable tells this program that it is a writer, and holds the writer.
const writerVariable = "COATCHECK_LAB_WRITER"

// A writer is a Go process that counts under a key of its own.
type writer struct {
	Kind   int // of kinds
	Where  string
	Cookie string
	Key    string
	For    time.Duration
}

// A tally is what a writer tells.
type tally struct {
	Writes      int
	Overwritten int // how often its count was set back, by Flask
	Lost        int // the same, but Flask hasn't written meanwhile
}

// Two Go processes and one of Flask's write to one session. No process of Go's loses an
// update, and none of Flask's is lost. What Flask overwrites is counted.
func TestWriters(t *testing.T) {
	eachFlask(t, func(t *testing.T, f *peer.Tester, old bool) {
		if old {
			return // it writes in the same way
		}
		for i := range kinds {
			t.Run(kinds[i].name+", Go alone", func(t *testing.T) { race(t, f, i, false) })
			t.Run(kinds[i].name+", Go and Flask", func(t *testing.T) { race(t, f, i, true) })
		}
	})
}

func race(t *testing.T, f *peer.Tester, kind int, withFlask bool) {
	t.Helper()
	p := newPair(t, f, kinds[kind], false)
	s := p.manager.New(t.Context())
	check(t, errors.Join(s.Set("flask", 0), s.Set("one", 0), s.Set("two", 0), s.Save()))
	where, _ := p.flask.question["where"].(string)
	w := writer{Kind: kind, Where: where, Cookie: s.Token().Reveal(), For: *raceFor}
	one, two := w.start(t, "one"), w.start(t, "two")
	var inFlask struct{ Writes, Lost int }
	if withFlask {
		p.flask.ask(&inFlask, "race", map[string]any{"cookie": w.Cookie, "seconds": w.For.Seconds()})
	}
	a, b := one(), two()
	t.Logf("Go wrote %d and %d times, Flask %d times and overwrote %d of Go's", a.Writes, b.Writes, inFlask.Writes, a.Overwritten+b.Overwritten)
	if a.Lost+b.Lost > 0 || !withFlask && a.Overwritten+b.Overwritten > 0 {
		t.Errorf("Go lost updates of its own: %+v, %+v", a, b)
	}
	if a.Writes == 0 || b.Writes == 0 || withFlask && inFlask.Writes == 0 {
		t.Error("somebody didn't write at all")
	}
	if inFlask.Lost == 0 {
		return
	}
	if kinds[kind].format == compat.Pickle5 { // cachelib locks nothing, see Folder
		t.Logf("Go overwrote %d of Flask's", inFlask.Lost)
		return
	}
	t.Errorf("Go overwrote %d of Flask's", inFlask.Lost)
}

// start starts a process; the function it returns waits for its end.
func (w writer) start(t *testing.T, key string) func() tally {
	t.Helper()
	w.Key = key
	text, err := json.Marshal(w)
	check(t, err)
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), writerVariable+"="+string(text))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	check(t, err)
	check(t, cmd.Start())
	return func() (told tally) {
		t.Helper()
		check(t, json.NewDecoder(out).Decode(&told))
		check(t, cmd.Wait())
		return told
	}
}

// writerMain is a writer's process.
func writerMain() {
	var w writer
	told, err := tally{}, json.Unmarshal([]byte(os.Getenv(writerVariable)), &w)
	if err == nil {
		told, err = w.run()
	}
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(told)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "writer:", err)
		os.Exit(1)
	}
}

func (w writer) run() (told tally, err error) {
	o, closeStore, err := kinds[w.Kind].options(w.Where, false)
	if err != nil {
		return told, err
	}
	defer closeStore()
	e, err := compat.New(o)
	if err != nil {
		return told, err
	}
	m, err := session.New(e.Config(session.Config{SaveTimeout: 30 * time.Second}))
	if err != nil {
		return told, err
	}
	last, lastFlask := 0, 0
	for until := time.Now().Add(w.For); time.Now().Before(until); told.Writes++ {
		was, flask, err := w.count(m)
		switch {
		case err != nil:
			return told, err
		case was != last && flask == lastFlask:
			told.Lost++
		case was != last:
			told.Overwritten++
		}
		last, lastFlask = was+1, flask
		time.Sleep(rand.N(2 * time.Millisecond)) //nolint:gosec // not a secret
	}
	return told, nil
}

// count adds one, and returns what the count was and Flask's count.
func (w writer) count(m *session.Manager) (was, flask int, err error) {
	s, err := m.Open(context.Background(), session.Token(w.Cookie))
	if err != nil {
		return 0, 0, err
	}
	err = session.Update(s, w.Key, func(n *int) error {
		was = *n
		*n++
		return nil
	})
	if err = errors.Join(err, s.Save()); err != nil {
		return 0, 0, err
	}
	flask, err = session.Get[int](s, "flask")
	return was, flask, err
}
