package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The program as it is in the README listens on a port that may be taken here. So
// what runs is its text with one call exchanged: for one that takes a free
// port and prints which.
const listen = `http.ListenAndServe("127.0.0.1:8080", `

const listenAnywhere = `package main

import (
	"fmt"
	"net"
	"net/http"
)

func listenAnywhere(h http.Handler) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println(l.Addr())
	return http.Serve(l, h)
}
`

func TestCounter(t *testing.T) {
	address := start(t, build(t))
	alice, bob := visitor(t), visitor(t)
	for i := 1; i <= 3; i++ {
		if got, want := get(t, alice, address), fmt.Sprintf("visit %d\n", i); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if got := get(t, bob, address); got != "visit 1\n" {
		t.Errorf("another visitor got %q", got)
	}
}

func build(t *testing.T) (program string) {
	t.Helper()
	text, err := os.ReadFile("main.go")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), listen) {
		t.Fatalf("main.go has no %s", listen)
	}
	dir := t.TempDir()
	files := map[string]string{
		"main.go":   strings.Replace(string(text), listen, "listenAnywhere(", 1),
		"listen.go": listenAnywhere,
	}
	program = filepath.Join(dir, "counter.exe")
	args := []string{"build", "-o", program}
	for name, text := range files {
		name = filepath.Join(dir, name)
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, name)
	}
	if out, err := exec.CommandContext(t.Context(), "go", args...).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return program
}

// start runs program until the test ends, and returns the address it prints.
func start(t *testing.T, program string) (address string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	cmd := exec.CommandContext(ctx, program)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		_ = cmd.Wait() // it was killed
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return "http://" + strings.TrimSpace(line)
}

func visitor(t *testing.T) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Jar: jar}
}

func get(t *testing.T, c *http.Client, url string) (body string) {
	t.Helper()
	res, err := c.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
