package flaskexample

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Where Flask is missing the example says what to do.
func TestFlaskIsMissing(t *testing.T) {
	dir := t.TempDir()
	if out, err := exec.Command("python3", "-m", "venv", "--without-pip", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	out, err := example.Command("-addr", "127.0.0.1:0", "-python", filepath.Join(dir, "bin", "python")).CombinedOutput()
	if err == nil || !strings.Contains(string(out), "No module named 'flask': pip install flask") {
		t.Errorf("%v, %s", err, out)
	}
}
