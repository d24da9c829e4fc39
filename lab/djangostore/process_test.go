package djangostore

import (
	"bufio"
	"cmp"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/coatcheck-go/session/lab/python/peer"
)

//go:embed peer.py
var program string

const secretKey = "a key of some length"

// A process is a running Python with one version of Django.
type process struct {
	mu        sync.Mutex
	cmd       *exec.Cmd
	input     io.WriteCloser
	output    *bufio.Reader
	complaint strings.Builder
}

func startProcess(python, config string) (p *process, err error) {
	p = &process{cmd: exec.Command(python, "-c", program, config)} // ends with its input
	p.cmd.Stderr = &p.complaint
	if p.input, err = p.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.output = bufio.NewReaderSize(out, 1<<16)
	return p, p.cmd.Start()
}

// close ends the process. The error has what it complained of.
func (p *process) close() error {
	_ = p.input.Close()
	if err := p.cmd.Wait(); err != nil || p.complaint.Len() > 0 {
		return fmt.Errorf("%s (has it what scripts/install-test-needs.sh installs?): %v\n%s", p.cmd.Path, err, &p.complaint)
	}
	return nil
}

// processes are those that all tests share, by their Python: a site's, and another of the same
// site.
var processes = map[string]*[2]*process{}

func closeProcesses() (err error) {
	for _, two := range processes {
		err = errors.Join(err, two[0].close(), two[1].close())
	}
	return err
}

// A site is a process in one test.
type site struct {
	t testing.TB
	*process
}

// in is the same process in another test.
func (d *site) in(t testing.TB) *site { return &site{t, d.process} }

// sites returns two processes of the tests' site.
func sites(t testing.TB, python string) (one, other *site) {
	t.Helper()
	two := processes[python]
	if two == nil {
		a, errA := startProcess(python, siteConfig(t, nil))
		b, errB := startProcess(python, siteConfig(t, nil))
		check(t, errA, errB)
		two = &[2]*process{a, b}
		processes[python] = two
	}
	return &site{t, two[0]}, &site{t, two[1]}
}

// startSite starts a site with more settings.
func startSite(t testing.TB, python string, more map[string]any) *site {
	t.Helper()
	p, err := startProcess(python, siteConfig(t, more))
	check(t, err)
	t.Cleanup(func() { check(t, p.close()) })
	return &site{t, p}
}

// eachDjango runs the test with the Django of the package index and with that of
// COATCHECK_DEBIAN_PYTHON, by default Debian's own interpreter.
func eachDjango(t *testing.T, test func(t *testing.T, python string, old bool)) {
	newest, err := peer.Interpreter()
	check(t, err)
	debian := cmp.Or(os.Getenv("COATCHECK_DEBIAN_PYTHON"), "/usr/bin/python3")
	for version, python := range map[string]string{"5.2": newest, "3.2": debian} {
		t.Run("Django "+version, func(t *testing.T) {
			var v struct{ Django string }
			one, _ := sites(t, python)
			one.ask(&v, "version", nil)
			if v.Django != version {
				t.Fatalf("%s has Django %s; want %s", python, v.Django, version)
			}
			test(t, python, version == "3.2")
		})
	}
}
