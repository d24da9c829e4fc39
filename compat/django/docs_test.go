package django

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

var docName = regexp.MustCompile("`django\\.([A-Z]\\w*(?:\\.[A-Z]\\w*)?)`")

// Every name of this package in docs/interop.md is there.
func TestInteropNames(t *testing.T) {
	text := string(must[[]byte](t)(os.ReadFile(filepath.Join("..", "..", "docs", "interop.md"))))
	names := exported(t)
	found := docName.FindAllStringSubmatch(text, -1)
	for _, m := range found {
		if !names[m[1]] {
			t.Errorf("docs/interop.md: there is no django.%s", m[1])
		}
	}
	if len(found) < 20 {
		t.Errorf("only %d names were checked", len(found))
	}
}

// exported are functions, values, types and their fields and methods.
func exported(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	for _, file := range must[[]string](t)(filepath.Glob("*.go")) {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed := must[*ast.File](t)(parser.ParseFile(token.NewFileSet(), file, nil, 0))
		for name, object := range parsed.Scope.Objects { //nolint:staticcheck // all of a file's own names, which is what is wanted
			names[name] = true
			if typ, ok := object.Decl.(*ast.TypeSpec); ok {
				addFields(names, typ)
			}
		}
		for _, decl := range parsed.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok && f.Recv != nil {
				names[receiver(f)+"."+f.Name.Name] = true
			}
		}
	}
	return names
}

func receiver(f *ast.FuncDecl) string {
	t := f.Recv.List[0].Type
	if star, ok := t.(*ast.StarExpr); ok {
		t = star.X
	}
	return t.(*ast.Ident).Name
}

func addFields(names map[string]bool, t *ast.TypeSpec) {
	s, ok := t.Type.(*ast.StructType)
	if !ok {
		return
	}
	for _, field := range s.Fields.List {
		for _, name := range field.Names {
			names[t.Name.Name+"."+name.Name] = true
		}
	}
}
