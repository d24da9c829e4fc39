package kvtest

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// TestRulesAreQuotes checks that every rule is in the contract, word for word.
func TestRulesAreQuotes(t *testing.T) {
	contract := contract(t)
	for _, tc := range cases() {
		if !strings.Contains(contract, tc.rule) {
			t.Errorf("%s: the contract doesn't say %q", tc.name, tc.rule)
		}
	}
}

// TestContractIsCovered checks that every point of the list above Store is quoted
// by a case.
func TestContractIsCovered(t *testing.T) {
	points := strings.Split(contract(t), " - ")[1:]
	if len(points) < 5 {
		t.Fatalf("%d points in the contract", len(points))
	}
	for _, point := range points {
		if !slices.ContainsFunc(cases(), func(tc testCase) bool { return strings.Contains(point, tc.rule) }) {
			t.Errorf("no case quotes %.60q…", point)
		}
	}
}

// contract returns the comments of kv.go as one line.
func contract(t *testing.T) string {
	t.Helper()
	source, err := os.ReadFile("../kv.go")
	if err != nil {
		t.Fatal(err)
	}
	var words []string
	for line := range strings.Lines(string(source)) {
		if _, comment, ok := strings.Cut(line, "//"); ok {
			words = append(words, strings.Fields(comment)...)
		}
	}
	return strings.Join(words, " ")
}
