package storetest

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// TestRulesAreQuotes checks that every rule is in the contract, word for word.
func TestRulesAreQuotes(t *testing.T) {
	contract := comments(t, "../store.go") + comments(t, "../errors.go") + comments(t, "../secret.go")
	for _, tc := range slices.Concat(cases(), damagedCases) {
		if !strings.Contains(contract, tc.rule) {
			t.Errorf("%s: the contract doesn't say %q", tc.name, tc.rule)
		}
	}
}

// TestContractIsCovered checks that every point of the list above Store is
// quoted by a case.
func TestContractIsCovered(t *testing.T) {
	points := strings.Split(comments(t, "../store.go"), " - ")[1:]
	if len(points) < 5 {
		t.Fatalf("%d points in the contract", len(points))
	}
	for _, point := range points {
		if !slices.ContainsFunc(cases(), func(tc testCase) bool { return strings.Contains(point, tc.rule) }) {
			t.Errorf("no case quotes %.60q…", point)
		}
	}
}

// comments returns the comments of a file as one line.
func comments(t *testing.T, file string) string {
	t.Helper()
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var words []string
	for line := range strings.Lines(string(src)) {
		if _, comment, ok := strings.Cut(line, "//"); ok {
			words = append(words, strings.Fields(comment)...)
		}
	}
	return strings.Join(words, " ")
}
