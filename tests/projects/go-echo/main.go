package main

import (
	"html/template"
	"io"
	"net/http"

	"github.com/labstack/echo/v4"
)

type renderer struct{ templates *template.Template }

func (t *renderer) Render(w io.Writer, name string, data any, c echo.Context) error {
	return t.templates.ExecuteTemplate(w, name, data)
}

func main() {
	e := echo.New()
	e.Renderer = &renderer{template.Must(template.ParseGlob("templates/*.html"))}
	e.Static("/static", "public")
	e.GET("/", func(c echo.Context) error {
		return c.Render(http.StatusOK, "index.html", map[string]string{"Name": "visitor"})
	})
	e.Logger.Fatal(e.Start(":1323"))
}
