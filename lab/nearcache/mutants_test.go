package nearcache

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A mutant is package nearcache with one fault, which one of its tests must find.
type mutant struct {
	fault    string
	file     string
	old, new string
	test     string
}

var mutants = []mutant{
	{
		"a writer doesn't wait for the others", "approval.go",
		"	over := time.NewTimer", "	if ctx.Err() == nil {\n		return nil\n	}\n	over := time.NewTimer",
		"TestSilentlyDead",
	},
	{
		"a writer waits for answers only, as if nobody else were there", "approval.go",
		"a.from[name] = true", "_ = name",
		"TestSilentlyDead",
	},
	{
		"a fill is kept whatever was changed meanwhile", "shard.go",
		"t.generation != sh.generation || ", "",
		"TestFillOvertaken",
	},
	{
		"a fill is kept whatever happened to its subject", "shard.go",
		"sh.closed[subjectTarget(rec.Subject)] > 0 || ", "",
		"TestFillOvertakenBySubject",
	},
	{
		"the end of a change isn't a change", "shard.go",
		"	sh.generation++\n	if sh.closed", "	if sh.closed",
		"TestFillOvertakenBySubject",
	},
	{
		"what is being changed is kept", "shard.go",
		"valid: free}", "valid: true || free}",
		"TestOwnWritesCrossed",
	},
	{
		"the cache outlives its connection", "member.go",
		"m.unbroken = false\n	m.service.Store(nil)\n	m.cache.retire(m.clock())", "m.unbroken = false",
		"TestEpochEnds",
	},
	{
		"a lease has no end", "member.go",
		"return sent != nil && now.atMost(*sent) < m.options.Lease", "return sent != nil",
		"TestSilentlyDead",
	},
	{
		"only the monotonic clock counts", "clock.go",
		"max(m.mono-earlier.mono, m.wall-earlier.wall)", "m.mono-earlier.mono",
		"TestSuspended",
	},
	{
		"after a gap the cache is what it was", "member.go",
		"if m.unbroken && now.atMost", "if false && now.atMost",
		"TestForgottenAndBack",
	},
	{
		"who has just come is in service at once", "member.go",
		"if now.atLeast(m.since) > joinAfter*m.options.over() {", "{",
		"TestNewcomer",
	},
	{
		"a slow write is announced once", "write.go",
		"s.clock().atMost(begun) >= holds", "s.clock().atMost(begun) < 0 && holds > 0",
		"TestJoinDuringWrite",
	},
	{
		"a write whose outcome isn't known is as good as done", "store.go",
		"	return false\n}", "	return true\n}",
		"TestUnknownOutcome",
	},
	{
		"a change doesn't touch what was last known", "shard.go",
		"		delete(sh.last, session.Key(t.name))\n", "",
		"TestLastKnownForgets",
	},
}

// TestMutants checks that the tests of package nearcache find the faults that it
// must not have.
func TestMutants(t *testing.T) {
	for _, m := range mutants {
		t.Run(m.fault, func(t *testing.T) {
			out, err := m.run(t)
			if err == nil || !strings.Contains(out, "--- FAIL: "+m.test) {
				t.Errorf("%s didn't find it (%v): %s", m.test, err, out)
			}
		})
	}
}

// run runs the mutant's test.
func (m mutant) run(t *testing.T) (out string, err error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "test", "-count=1", "-timeout=1m", "-overlay="+m.overlay(t), "-run=^"+m.test+"$", "./nearcache")
	cmd.Dir = filepath.Join("..", "..")
	text, err := cmd.CombinedOutput()
	return string(text), err
}

// overlay writes the changed file beside the package, which stays as it is.
func (m mutant) overlay(t *testing.T) (name string) {
	t.Helper()
	original, err := filepath.Abs(filepath.Join("..", "..", "nearcache", m.file))
	must(t, err)
	text, err := os.ReadFile(original)
	must(t, err)
	if strings.Count(string(text), m.old) != 1 {
		t.Fatalf("%s doesn't have %q once", m.file, m.old)
	}
	changed := filepath.Join(t.TempDir(), m.file)
	must(t, os.WriteFile(changed, []byte(strings.Replace(string(text), m.old, m.new, 1)), 0o600))
	list, err := json.Marshal(map[string]any{"Replace": map[string]string{original: changed}})
	must(t, err)
	name = filepath.Join(t.TempDir(), "overlay.json")
	must(t, os.WriteFile(name, list, 0o600))
	return name
}
