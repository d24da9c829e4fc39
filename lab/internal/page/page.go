// Package page writes measurements into the documentation.
package page

import (
	"fmt"
	"os"
	"strings"
)

// Write puts text into a Markdown file in the place of what the program of that name
// has written there before. Its error says so if the file has no place for it.
func Write(file, program, text string) error {
	begin := "<!-- written by " + program + " -->\n"
	end := "<!-- end of " + program + " -->\n"
	old, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	before, rest, found := strings.Cut(string(old), begin)
	_, after, ended := strings.Cut(rest, end)
	if !found || !ended {
		return fmt.Errorf("%s has no lines %q and %q to write between", file, strings.TrimSpace(begin), strings.TrimSpace(end))
	}
	return os.WriteFile(file, []byte(before+begin+"\n"+text+"\n"+end+after), 0o666)
}
