package program

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Sides say who serves a route, Go or a framework of Python, in an example that has both.
type Sides map[string]string

// goSide is who is no framework.
const goSide = "Go"

// ReadSides reads the sides from the table in an example's README, which has so many routes.
func ReadSides(tb testing.TB, readme, framework string, routes int) Sides {
	tb.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", filepath.FromSlash(readme)))
	if err != nil {
		tb.Fatal(err)
	}
	row := regexp.MustCompile("(?m)^\\| `(/\\S*)` \\|.*\\| (" + goSide + "|" + framework + ") \\|$")
	all := Sides{}
	for _, cells := range row.FindAllStringSubmatch(string(text), -1) {
		all[cells[1]] = cells[2]
	}
	if len(all) != routes {
		tb.Fatalf("%s has %d routes: %v", readme, len(all), all)
	}
	return all
}

// Others are the sides with all routes changed over.
func (s Sides) Others(framework string) Sides {
	all := Sides{}
	for route, side := range s {
		all[route] = map[string]string{goSide: framework, framework: goSide}[side]
	}
	return all
}

// OfGo are the routes that Go serves, as the example takes them.
func (s Sides) OfGo() string {
	var routes []string
	for route, side := range s {
		if side == goSide {
			routes = append(routes, route)
		}
	}
	slices.Sort(routes)
	return strings.Join(routes, " ")
}
