package site

import (
	"embed"
	"html/template"
	"io"
	"path"
	"strings"
	"time"
)

//go:embed templates
var templateFiles embed.FS

// templates are the pages by name, each with the layout around it.
type templates map[string]*template.Template

func parseTemplates() templates {
	layout := template.Must(template.New("layout").Funcs(functions).ParseFS(templateFiles, "templates/layout.html"))
	files, err := templateFiles.ReadDir("templates")
	if err != nil {
		panic(err) // can't be: the files are part of the program
	}
	all := templates{}
	for _, f := range files {
		name := strings.TrimSuffix(f.Name(), ".html")
		if name != "layout" {
			page := template.Must(layout.Clone())
			all[name] = template.Must(page.ParseFS(templateFiles, path.Join("templates", f.Name())))
		}
	}
	return all
}

func (t templates) content(w io.Writer, p *page) error {
	return t[p.Name].ExecuteTemplate(w, "content", p)
}

func (t templates) layout(w io.Writer, p *page) error {
	return t[p.Name].ExecuteTemplate(w, "layout", p)
}

var functions = template.FuncMap{
	"asset":   asset,
	"time":    func(t time.Time) string { return t.UTC().Format("2 Jan 2006, 15:04:05 UTC") },
	"machine": func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
	"level":   levelName,
	"tab":     newTab,
}
