"""Parts of Go projects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matrix import Part, Row, Stack, line_in, merged

if TYPE_CHECKING:
    from collections.abc import Mapping


def _go(imports: str, body: str, *needs: str, **expect: Any) -> Part:
    names = "".join(f'\t"{name}"\n' for name in imports.split())
    text = f"package main\n\nimport (\n{names})\n\nfunc main() {{\n\t{body}\n}}\n"
    return Part(files={"{MAIN}": text}, needs=needs, expect=expect)


GO_PROGRAMS = {
    "net/http": _go("net/http", 'http.ListenAndServe(":8081", nil)', kind="web", port=8081, framework="net/http"),
    "gin": _go("github.com/gin-gonic/gin", "gin.Default().Run()", "github.com/gin-gonic/gin v1.10.0", kind="web",
               port=8080, framework="gin"),
    "echo": _go("github.com/labstack/echo/v4", 'echo.New().Start(":1323")', "github.com/labstack/echo/v4 v4.13.0",
                kind="web", port=1323, framework="echo"),
    "chi": _go("net/http github.com/go-chi/chi/v5", 'http.ListenAndServe(":3333", chi.NewRouter())',
               "github.com/go-chi/chi/v5 v5.1.0", kind="web", port=3333, framework="chi"),
    "fiber": _go("github.com/gofiber/fiber/v2", 'fiber.New().Listen(":3000")', "github.com/gofiber/fiber/v2 v2.52.0",
                 kind="web", port=3000, framework="fiber"),
    "environment": _go("net/http os", 'port := os.Getenv("PORT")\n\tif port == "" {\n\t\tport = "7070"\n\t}\n\t'
                       'http.ListenAndServe(":"+port, nil)', kind="web", port=7070, framework="net/http"),
    "ticker": _go("time", "for range time.Tick(time.Hour) {\n\t}", kind="worker", port=None, framework=None),
    "library": Part(files={"{MAIN}": "package shop\n\nfunc Add(a, b int) int { return a + b }\n"}, expect={"refused": True}),
    "tool": _go("fmt os", "fmt.Println(os.Args)", kind="cli", port=None, framework=None),
    "sqlite": _go("database/sql net/http github.com/mattn/go-sqlite3", 'sql.Open("sqlite3", "a.db")\n\t'
                  'http.ListenAndServe(":8082", nil)', "github.com/mattn/go-sqlite3 v1.14.24", kind="web", port=8082,
                  framework="net/http"),
}  # fmt: skip
GO_VERSIONS = {
    "old": Part(manifest={"go": "go 1.13"}, expect=line_in("1.26", "1.27")),
    "recent": Part(manifest={"go": "go 1.26.2"}, expect=line_in("1.26", "1.27")),
    "newest": Part(manifest={"go": "go 1.27"}, expect=line_in("1.27")),
    "toolchain": Part(manifest={"go": "go 1.22.0\n\ntoolchain go1.27.1"}, expect=line_in("1.27")),
    "pinned": Part(manifest={"go": "go 1.24"}, files={".go-version": "1.26.3\n"}, expect=line_in("1.26")),
    "unsaid": Part(manifest={"go": ""}, expect=line_in("1.27", "1.26")),
}
GO_LAYOUTS = {
    "root": Part(manifest={"main": "main.go"}),
    "named": Part(manifest={"main": "shop.go"}),
    "cmd": Part(manifest={"main": "cmd/shop/main.go"}, files={"internal/a/a.go": "package a\n"}),
    "beside-tools": Part(
        manifest={"main": "cmd/shop/main.go"},
        files={"tools/gen/main.go": "package main\n\nfunc main() {}\n", "examples/a/main.go": "package main\n\nfunc main() {}\n"},
    ),
    "furnished": Part(
        manifest={"main": "main.go"},
        files={"main_test.go": "package main\n", "README.md": "# x", ".env": "A=1", "web/package.json": "{}", "LICENSE": "MIT"},
    ),
}  # fmt: skip
GO_MODULES = {
    "sum": Part(manifest={"sum": True}, expect={"manager": None}),
    "no-sum": Part(),
    "vendored": Part(manifest={"sum": True, "vendored": True}),
    "work": Part(manifest={"sum": True}, files={"go.work": "go 1.26.2\n\nuse .\n"}),
}


def go(_row: Row, chosen: Mapping[str, Part]) -> dict[str, str]:
    manifest = merged(chosen)
    needs = [n for part in chosen.values() for n in part.needs]
    required = "".join(f"\nrequire {n}\n" for n in needs)
    files = {"go.mod": f"module example.com/shop\n\n{manifest['go']}\n{required}"}
    if manifest.get("sum") and needs:
        files["go.sum"] = "".join(f"{n} h1:x=\n{n}/go.mod h1:x=\n" for n in needs)
    if manifest.get("vendored") and needs:
        lines = (f"# {n}\n## explicit\n{n.split()[0]}\n" for n in needs)
        files["vendor/modules.txt"] = "".join(lines)
        files |= {f"vendor/{n.split()[0]}/x.go": "package x\n" for n in needs}
    for part in chosen.values():
        files |= {manifest["main"] if path == "{MAIN}" else path: text for path, text in part.files.items()}
    return files


STACK = Stack(
    name="go",
    dimensions={"program": GO_PROGRAMS, "version": GO_VERSIONS, "layout": GO_LAYOUTS, "modules": GO_MODULES},
    compose=go,
    together=("program", "layout", "modules"),
)
