package session_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The documents are held to the code: what they show compiles, what they name is
// there, and no name that should have a row is without one.

func readDoc(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.FromSlash(name))
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(text), "\r\n", "\n")
}

func TestReadmeShowsTheCounter(t *testing.T) {
	_, rest, _ := strings.Cut(readDoc(t, "README.md"), "\n```go\n")
	shown, _, _ := strings.Cut(rest, "```\n")
	if program := readDoc(t, "examples/counter/main.go"); shown != program {
		t.Errorf("README.md shows\n%s\nexamples/counter/main.go is\n%s", shown, program)
	}
}

// codeBlock is Go code under a comment that names its file.
var codeBlock = regexp.MustCompile("(?m)^(?:<!-- (\\S+) -->\n)?```go\n((?:.*\n)*?)```\n")

func TestCodeInDocsIsOfFiles(t *testing.T) {
	for _, doc := range []string{"docs/security.md", "docs/stores.md", "docs/interop.md"} {
		blocks := codeBlock.FindAllStringSubmatch(readDoc(t, doc), -1)
		for _, block := range blocks {
			if file, code := block[1], block[2]; file == "" || !strings.Contains(readDoc(t, file), code) {
				t.Errorf("%s shows code that is not in %q:\n%s", doc, file, code)
			}
		}
		if len(blocks) == 0 && doc != "docs/interop.md" {
			t.Errorf("%s shows no code", doc)
		}
	}
}

// A docRow is one line of a table in a document.
type docRow struct {
	section string   // the heading above the table
	head    []string // the table's first line
	cells   []string
}

func docRows(t *testing.T, doc string) (found []docRow) {
	t.Helper()
	section, head := "", []string(nil)
	for line := range strings.Lines(readDoc(t, doc)) {
		line = strings.TrimSpace(line)
		if heading := strings.TrimLeft(line, "#"); heading != line {
			section = strings.TrimSpace(heading)
		}
		switch {
		case strings.HasPrefix(line, "| "):
			cells := cellsOf(line)
			if head == nil {
				head = cells
			}
			found = append(found, docRow{section, head, cells})
		case !strings.HasPrefix(line, "|"):
			head = nil
		}
	}
	if len(found) == 0 {
		t.Fatalf("%s has no table", doc)
	}
	return found
}

func cellsOf(line string) []string {
	cells := strings.Split(strings.Trim(line, "|"), "|")
	for i := range cells {
		cells[i] = strings.TrimSpace(cells[i])
	}
	return cells
}

var backtick = regexp.MustCompile("`([^`]+)`")

// inBackticks returns what stands in backtick.
func inBackticks(cell string) (names []string) {
	for _, match := range backtick.FindAllStringSubmatch(cell, -1) {
		names = append(names, match[1])
	}
	return names
}

func TestInteropNamesExist(t *testing.T) {
	api := exportedNames(t)
	n := 0
	for _, r := range docRows(t, "docs/interop.md") {
		if len(r.head) < 2 || r.head[1] != "here" {
			continue // a table of something else
		}
		if len(r.cells) != 3 {
			t.Errorf("docs/interop.md: a row of %d cells: %v", len(r.cells), r.cells)
			continue
		}
		for _, name := range inBackticks(r.cells[1]) {
			n++
			if !api[name] {
				t.Errorf("docs/interop.md, %s: there is no %s", r.section, name)
			}
		}
	}
	if n < 100 {
		t.Errorf("only %d names were checked", n)
	}
}

// TestInteropIsComplete holds the tables to testdata/parity.txt, the public names of
// Django, Flask and Flask-Session.
func TestInteropIsComplete(t *testing.T) {
	has := map[string]map[string]bool{}
	for _, r := range docRows(t, "docs/interop.md") {
		if has[r.section] == nil {
			has[r.section] = map[string]bool{}
		}
		for _, name := range append(inBackticks(r.cells[0]), r.cells[0]) {
			has[r.section][name] = true
		}
	}
	section, n := "", 0
	for line := range strings.Lines(readDoc(t, "testdata/parity.txt")) {
		switch line = strings.TrimSpace(line); {
		case line == "" || strings.HasPrefix(line, "//"):
		case strings.HasPrefix(line, "# "):
			section = line[2:]
		default:
			n++
			if !has[section][line] {
				t.Errorf("docs/interop.md has no row for %q under %q", line, section)
			}
		}
	}
	if n < 100 {
		t.Errorf("testdata/parity.txt has only %d names", n)
	}
}

// qualified is a name of one of compat's packages, wherever it stands in the text.
var qualified = regexp.MustCompile("`((?:flask|flasksession|django|djangostore)\\.[A-Z]\\w*(?:\\.[A-Z]\\w*)?)`")

// Every name of compat's packages in docs/interop.md is there.
func TestInteropNamesOfCompat(t *testing.T) {
	text, err := os.ReadFile("docs/interop.md")
	if err != nil {
		t.Fatal(err)
	}
	api, found := exportedNames(t), map[string]bool{}
	for _, m := range qualified.FindAllStringSubmatch(string(text), -1) {
		found[m[1]] = true
		if !api[m[1]] {
			t.Errorf("docs/interop.md: there is no %s", m[1])
		}
	}
	if len(found) < 30 {
		t.Errorf("only %d names of compat's packages were found: %v", len(found), found)
	}
}

// exportedNames are those of the module's packages: functions and values, types, and
// their methods and fields as Type.Name.
func exportedNames(t *testing.T) (api map[string]bool) {
	t.Helper()
	api = map[string]bool{}
	for _, dir := range []string{
		".", "memstore", "filestore", "sqlstore", "redisstore", "memcachestore", "kv", "cached", "nearcache", "sealed", "keyring", "jwt",
		"storetest", "sessiontest", "compat/flask", "compat/flasksession", "compat/python",
		"compat/django", "compat/django/djangostore", "compat/django/password", "compat/djangopassword",
	} {
		addExported(t, dir, api)
	}
	return api
}

func addExported(t *testing.T, dir string, api map[string]bool) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatal(dir, err)
	}
	prefix := ""
	if dir != "." {
		prefix = filepath.Base(dir) + "."
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range parsed.Decls {
			for _, name := range declared(decl) {
				if parts := strings.Split(name, "."); !slices.ContainsFunc(parts, unexported) {
					api[prefix+name] = true
				}
			}
		}
	}
}

func unexported(name string) bool { return !ast.IsExported(name) }

func declared(decl ast.Decl) (names []string) {
	switch d := decl.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil {
			return []string{d.Name.Name}
		}
		receiver := d.Recv.List[0].Type
		if star, ok := receiver.(*ast.StarExpr); ok {
			receiver = star.X
		}
		return []string{fmt.Sprint(receiver, ".", d.Name)}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			names = append(names, specified(spec)...)
		}
	}
	return names
}

func specified(spec ast.Spec) (names []string) {
	switch s := spec.(type) {
	case *ast.ValueSpec:
		for _, name := range s.Names {
			names = append(names, name.Name)
		}
	case *ast.TypeSpec:
		names = append(names, s.Name.Name)
		for _, member := range members(s.Type) {
			for _, name := range member.Names {
				names = append(names, s.Name.Name+"."+name.Name)
			}
		}
	}
	return names
}

func members(typ ast.Expr) []*ast.Field {
	switch typ := typ.(type) {
	case *ast.StructType:
		return typ.Fields.List
	case *ast.InterfaceType:
		return typ.Methods.List
	}
	return nil
}

func TestSecurityNamesWhatWeakens(t *testing.T) {
	text := readDoc(t, "docs/security.md")
	for name := range exportedNames(t) {
		if strings.Contains(name, "Insecure") && !strings.Contains(text, "`"+name+"`") {
			t.Errorf("docs/security.md doesn't name %s", name)
		}
	}
}

// TestSecurityNamesItsTests checks docs/security.md both ways: every test it names
// is there, and every test that carries a number is named in that number's row.
func TestSecurityNamesItsTests(t *testing.T) {
	named := map[string][]string{}
	for _, r := range docRows(t, "docs/security.md") {
		if docNumber.MatchString(r.cells[0]) && len(r.cells) == 3 {
			named[r.cells[0]] = inBackticks(r.cells[2])
		}
	}
	tests := testsOfTree(t)
	for _, want := range requirements() {
		names, ok := named[want]
		if !ok {
			t.Errorf("docs/security.md has no row for %s", want)
		}
		for _, name := range names {
			if _, ok := tests[name]; !ok && moduleIsHere(name) {
				t.Errorf("docs/security.md, %s: there is no test %s", want, name)
			}
		}
	}
	for test, numbers := range tests {
		for _, n := range numbers {
			if !slices.Contains(named[n], test) {
				t.Errorf("docs/security.md: name `%s` in the row of %s", test, n)
			}
		}
	}
}

// requirements are the numbers of docs/security.md.
func requirements() (all []string) {
	for i := 1; i <= 27; i++ {
		all = append(all, fmt.Sprintf("MB-%02d", i))
	}
	for i := 1; i <= 30; i++ {
		all = append(all, fmt.Sprintf("R%d", i))
	}
	return all
}

var (
	docNumber = regexp.MustCompile(`(MB|R)-?0*([1-9]\d*)`)
	testFuncs = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)((?:(?:MB|R)\d+)*)\w*)\(`)
	testNotes = regexp.MustCompile(`(?m)^// (Test\w+) \(((?:(?:MB-|R)\d+(?:, )?)+)\)`)
)

// testsOfTree returns all tests, with their folder unless it is the root, and the
// numbers they carry: in their names (TestMB05_…) or at the beginning of their
// comments, in brackets.
func testsOfTree(t *testing.T) map[string][]string {
	t.Helper()
	tests := map[string][]string{}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		dir := strings.TrimPrefix(filepath.ToSlash(filepath.Dir(path))+"/", "./")
		text := readDoc(t, path)
		for _, found := range [][][]string{
			testFuncs.FindAllStringSubmatch(text, -1), testNotes.FindAllStringSubmatch(text, -1),
		} {
			for _, match := range found {
				tests[dir+match[1]] = append(tests[dir+match[1]], docNumbers(match[2])...)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return tests
}

func docNumbers(text string) (all []string) {
	for _, match := range docNumber.FindAllStringSubmatch(text, -1) {
		if n := match[2]; match[1] == "MB" {
			all = append(all, "MB-"+strings.Repeat("0", 2-len(n))+n)
		} else {
			all = append(all, "R"+n)
		}
	}
	return all
}

// moduleIsHere is false for tests of the nested modules where only the root's files
// are, as in Go's module cache.
func moduleIsHere(test string) bool {
	top, _, nested := strings.Cut(test, "/")
	if !nested {
		return true
	}
	_, err := os.Stat(top)
	return err == nil
}
