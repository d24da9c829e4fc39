package flask

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var docName = regexp.MustCompile("`flask\\.([A-Z]\\w*(?:\\.[A-Z]\\w*)?)`")

// Every name of this package in docs/interop.md is there.
func TestInteropNames(t *testing.T) {
	text := string(must[[]byte](t)(os.ReadFile(filepath.Join("..", "..", "docs", "interop.md"))))
	names := exported(t)
	found := docName.FindAllStringSubmatch(text, -1)
	for _, m := range found {
		if !names[m[1]] {
			t.Errorf("docs/interop.md: there is no flask.%s", m[1])
		}
	}
	if len(found) < 10 {
		t.Errorf("only %d names were checked", len(found))
	}
}

// exported are functions, types and their fields and methods.
func exported(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	for _, file := range must[[]string](t)(filepath.Glob("*.go")) {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed := must[*ast.File](t)(parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution))
		ast.Inspect(parsed, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				names[receiver(n)+n.Name.Name] = true
				return false
			case *ast.TypeSpec:
				addType(names, n)
			}
			return true
		})
	}
	return names
}

func receiver(f *ast.FuncDecl) string {
	if f.Recv == nil {
		return ""
	}
	t := f.Recv.List[0].Type
	if star, ok := t.(*ast.StarExpr); ok {
		t = star.X
	}
	return t.(*ast.Ident).Name + "."
}

func addType(names map[string]bool, spec *ast.TypeSpec) {
	names[spec.Name.Name] = true
	structure, ok := spec.Type.(*ast.StructType)
	if !ok {
		return
	}
	for _, field := range structure.Fields.List {
		for _, name := range field.Names {
			names[spec.Name.Name+"."+name.Name] = true
		}
	}
}
