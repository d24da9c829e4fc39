package main

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// A demo is a running "coatcheck demo".
type demo struct {
	url      string
	greeting string
	stop     func()      // stops it and waits for its end
	said     chan string // lines after the greeting; what nobody takes is lost
}

func startDemo(t *testing.T, args ...string) *demo {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	out, in := io.Pipe()
	code := make(chan int, 1)
	go func() {
		code <- run(ctx, append([]string{"coatcheck", "demo"}, args...), in, in)
		in.Close()
	}()
	d := &demo{stop: func() {
		cancel()
		if c := <-code; c != 0 {
			t.Errorf("demo ended with code %d", c)
		}
	}}
	lines := bufio.NewScanner(out)
	for lines.Scan() && !strings.HasPrefix(lines.Text(), "Stop with") {
		d.greeting += lines.Text() + "\n"
	}
	d.greeting += lines.Text() + "\n"
	d.said = make(chan string, 100)
	go func() {
		for lines.Scan() {
			select {
			case d.said <- lines.Text():
			default:
			}
		}
	}()
	first, _, _ := strings.Cut(d.greeting, "\n")
	url, found := strings.CutPrefix(first, "Listening on ")
	if !found {
		t.Fatalf("demo said %q", d.greeting)
	}
	d.url = url
	return d
}

func newClient(t *testing.T) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Jar: jar, Transport: &http.Transport{DisableKeepAlives: true}}
}

func fetch(t *testing.T, c *http.Client, method, url, body string) (status int, text string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	res, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	read, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(read)
}

func TestRestartKeepsYouSignedIn(t *testing.T) {
	for _, scheme := range []string{"sqlite", "file"} {
		t.Run(scheme, func(t *testing.T) {
			store := scheme + ":" + filepath.Join(t.TempDir(), "a b%20?#ü")
			client := newClient(t)
			first := startDemo(t, "--addr", "127.0.0.1:0", "--store", store)
			if !strings.Contains(first.greeting, "wonderland") || !strings.Contains(first.greeting, "a b%20?#ü") {
				t.Errorf("greeting:\n%s", first.greeting)
			}
			if status, text := fetch(t, client, "POST", first.url+"/api/login", `{"username":"alice","password":"wonderland"}`); status != 204 {
				t.Fatalf("login: %d %s", status, text)
			}
			first.stop()

			second := startDemo(t, "--addr", "127.0.0.1:0", "--store", store)
			defer second.stop()
			// A cookie jar knows hosts without their ports.
			_, text := fetch(t, client, "GET", second.url+"/api/session", "")
			if !strings.Contains(text, `"username":"alice"`) || !strings.Contains(text, `"store":"`+scheme+`"`) {
				t.Errorf("after the restart: %s", text)
			}
		})
	}
}

func TestDemoDatabaseIsForItsOwnerAlone(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // has no such modes
	}
	file := filepath.Join(t.TempDir(), "demo.db")
	d := startDemo(t, "--addr", "127.0.0.1:0", "--store", "sqlite:"+file)
	defer d.stop()
	fetch(t, newClient(t), "PUT", d.url+"/api/session/values/a", "1")
	for _, name := range []string{file, file + "-wal", file + "-shm"} {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if mode := info.Mode().Perm(); mode != 0o600 {
			t.Errorf("%s: %v", name, mode)
		}
	}
}

func TestDemoInMemorySaysThatSessionsEnd(t *testing.T) {
	d := startDemo(t, "--addr", "127.0.0.1:0", "--store", "memory:", "--users", "eve:apple")
	defer d.stop()
	if !strings.Contains(d.greeting, "all sessions end with it") || strings.Contains(d.greeting, "apple") {
		t.Errorf("greeting:\n%s", d.greeting)
	}
	status, _ := fetch(t, newClient(t), "POST", d.url+"/api/login", `{"username":"eve","password":"apple"}`)
	if status != 204 {
		t.Errorf("login: %d", status)
	}
}

func TestDemoOnLoopbackIsForThisMachineAlone(t *testing.T) {
	d := startDemo(t, "--addr", "127.0.0.1:0", "--store", "memory:")
	defer d.stop()
	r, err := http.NewRequestWithContext(t.Context(), "GET", d.url, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Host = "demo.example"
	res, err := newClient(t).Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusInternalServerError {
		t.Errorf("a request for another host: %d", res.StatusCode)
	}
}

func TestDemoElsewhereNeedsTLS(t *testing.T) {
	d := startDemo(t, "--addr", "0.0.0.0:0", "--store", "memory:")
	defer d.stop()
	if !strings.Contains(d.greeting, "put TLS in front") {
		t.Errorf("greeting:\n%s", d.greeting)
	}
	_, port, err := net.SplitHostPort(strings.TrimPrefix(d.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), "PUT", "http://127.0.0.1:"+port+"/api/session/values/a", strings.NewReader("1"))
	if err != nil {
		t.Fatal(err)
	}
	res, err := newClient(t).Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if set := res.Header.Get("Set-Cookie"); !strings.Contains(set, "Secure") || !strings.HasPrefix(set, "__Host-") {
		t.Errorf("cookie: %q", set)
	}
}

// Who is being served when the demo is stopped gets an answer.
func TestStopIsGraceful(t *testing.T) {
	d := startDemo(t, "--addr", "127.0.0.1:0", "--store", "memory:")
	conn, err := net.Dial("tcp", strings.TrimPrefix(d.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	// The server asks for the body once its handler reads it: then the
	// request is under way for sure.
	const head = "PUT /api/session/values/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\n"
	if _, err := io.WriteString(conn, head); err != nil {
		t.Fatal(err)
	}
	answers := bufio.NewReader(conn)
	if line, err := answers.ReadString('\n'); !strings.Contains(line, "100 Continue") {
		t.Fatalf("%q, %v", line, err)
	}
	stopped := make(chan struct{})
	go func() { d.stop(); close(stopped) }()
	if _, err := io.WriteString(conn, "1"); err != nil {
		t.Fatal(err)
	}
	rest, err := io.ReadAll(answers)
	if err != nil || !strings.Contains(string(rest), "204 No Content") {
		t.Errorf("%q, %v", rest, err)
	}
	<-stopped
}
