package chromium

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
)

// A Console collects the errors and warnings of a browser.
type Console struct {
	mu    sync.Mutex
	lines []string
}

// listen is told of the browser's events.
func (c *Console) listen(event any) {
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		c.add("exception: %s", e.ExceptionDetails.Text)
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning {
			c.add("%s: %v", e.Type, e.Args)
		}
	case *log.EventEntryAdded:
		c.addEntry(e.Entry)
	}
}

// addEntry leaves out what the browser asks for of its own accord, where a page is JSON
// and can't name its icon.
func (c *Console) addEntry(e *log.Entry) {
	bad := e.Level == log.EntryLevelError || e.Level == log.EntryLevelWarning
	if bad && !strings.HasSuffix(e.URL, "/favicon.ico") {
		c.add("%s: %s (%s)", e.Level, e.Text, e.URL)
	}
}

func (c *Console) add(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lines = append(c.lines, fmt.Sprintf(format, args...))
}

// take returns what was collected, and begins anew.
func (c *Console) take() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	lines := c.lines
	c.lines = nil
	return lines
}

// Expect drops the complaints that say text, of which there must be one.
func (c *Console) Expect(tb testing.TB, text string) {
	tb.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	before := len(c.lines)
	c.lines = slices.DeleteFunc(c.lines, func(line string) bool { return strings.Contains(line, text) })
	if len(c.lines) == before {
		tb.Errorf("the console says nothing of %q: does the test see it at all?", text)
	}
}
