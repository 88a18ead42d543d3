"""Code that a Go project generates and does not commit."""

from __future__ import annotations

import pytest
from dockgen.errors import UndecidedError
from dockgen.pipeline import decide, detect
from dockgen.project import Project
from dockgen.rendering import render
from dockgen.settings import NOTHING

MOD = "module github.com/o/shop\n\ngo 1.26\n\n"


def main(*imports: str) -> str:
    lines = "".join(f'\t"{i}"\n' for i in imports)
    return f'package main\n\nimport (\n{lines})\n\nfunc main() {{\n\thttp.ListenAndServe(":8080", nil)\n}}\n'


def build_of(files):
    return decide(detect(Project.of(files), NOTHING), NOTHING).build


def text_of(files):
    return render(decide(detect(Project.of(files), NOTHING), NOTHING))[0].text


TEMPL = {
    "go.mod": MOD + "require github.com/a-h/templ v0.3.977\n",
    "main.go": main("github.com/o/shop/views"),
    "views/a.templ": "package views\n",
    "go.sum": "",
}
SCHEMA = {
    "go.mod": MOD + "require entgo.io/ent v0.14.5\n",
    "main.go": main("github.com/o/shop/ent/user"),
    "ent/schema/user.go": "package schema\n",
}


@pytest.mark.parametrize(
    ("files", "argv"),
    [
        (TEMPL, "go run github.com/a-h/templ/cmd/templ@v0.3.977 generate"),
        (
            {"go.mod": MOD, "main.go": main("github.com/o/shop/views"), "views/v.go": "package views\n", "views/a.qtpl": ""},
            "go run github.com/valyala/quicktemplate/qtc@v1.8.0 -dir=./views",
        ),
        (
            {
                "go.mod": MOD + "require github.com/benbjohnson/ego v0.4.1\n",
                "main.go": main("github.com/o/shop/views"),
                "views/v.go": "package views\n",
                "views/a.ego": "",
            },
            "go run github.com/benbjohnson/ego/cmd/ego@v0.4.1 ./views",
        ),
        ({**TEMPL, "go.mod": TEMPL["go.mod"] + "tool github.com/a-h/templ/cmd/templ\n"}, "go tool github.com/a-h/templ/cmd/templ generate"),
        (
            {"go.mod": MOD, "main.go": main("github.com/o/shop/db"), "sqlc.yaml": "sql:\n  - gen:\n      go:\n        out: db\n"},
            "go run github.com/sqlc-dev/sqlc/cmd/sqlc@v1.31.1 generate",
        ),
        (
            {"go.mod": MOD + "require github.com/swaggo/swag v1.8.1\n", "cmd/api/main.go": main("github.com/o/shop/docs"), "docs/a.md": ""},
            "go run github.com/swaggo/swag/cmd/swag@v1.16.4 init -g cmd/api/main.go",
        ),
        (
            {"go.mod": MOD + "require github.com/swaggo/swag v1.16.5\n", "main.go": main("github.com/o/shop/docs"), "Makefile": "d:\n\tswag init -g main.go --parseDependency; x\n"},
            "go run github.com/swaggo/swag/cmd/swag@v1.16.5 init -g main.go --parseDependency",
        ),
        (
            {"go.mod": MOD + "require github.com/google/wire v0.6.0\n", "main.go": main(), "wire.go": "//go:build wireinject\n\npackage main\n"},
            "go run github.com/google/wire/cmd/wire@v0.7.0 gen .",
        ),
        (SCHEMA, "go run -mod=mod entgo.io/ent/cmd/ent generate ./ent/schema"),
        ({**SCHEMA, "ent/generate.go": "package ent\n\n//go:generate go run -mod=mod entgo.io/ent/cmd/ent generate ./schema\n"}, "go generate ./ent"),
        (
            {"go.mod": MOD + "require github.com/99designs/gqlgen v0.17.80\n", "main.go": main("github.com/o/shop/graph"), "graph/r.go": "package graph\n", "gqlgen.yml": "exec:\n  layout: x\n  filename: graph/generated.go\n"},
            "go run github.com/99designs/gqlgen@v0.17.80 generate",
        ),
        (
            {"go.mod": MOD, "main.go": main("github.com/o/shop/icons"), "gen.go": "package main\n\n//go:generate go run ./tools/icons -o icons/icons.go\n"},
            "go generate .",
        ),
    ],
)  # fmt: skip
def test_what_is_run(files, argv):
    build = build_of(files)
    assert [" ".join(g) for g in build.generate] == [argv]
    assert any(m.endswith(",rw") for m in build.mounts)
    assert "type=cache,target=/go/pkg/mod" in build.mounts
    assert f"    {argv} \\\n    && GOOS=$TARGETOS" in text_of(files)


@pytest.mark.parametrize(
    "files",
    [
        {**TEMPL, "views/a_templ.go": "package views\n"},
        {**SCHEMA, "ent/client.go": "package ent\n", "ent/user/user.go": "package user\n"},
        {"go.mod": MOD, "main.go": main(), "wire.go": "//go:build wireinject\n", "wire_gen.go": "package main\n"},
        # The longer path is another module's; the folders are not scanned.
        {"go.mod": MOD + "require github.com/o/shop/api v1.0.0\n", "main.go": main("github.com/o/shop/api/v1")},
        {"go.mod": MOD, "main.go": main("github.com/o/shop/internal/target")},
        {"go.mod": MOD, "main.go": main("github.com/o/shop/a/b/c/d/e/f/g/h")},
    ],
)
def test_nothing_is_run_where_the_code_is_there(files):
    assert build_of(files).generate == ()


@pytest.mark.parametrize(
    ("more", "hint"),
    [
        ({}, "generate or add pb first"),
        ({"api/a.proto": ""}, "run protoc or buf generate first"),
        ({"Makefile": "all: x\n\nproto: a.proto\n\tprotoc --go_out=. a.proto\n"}, "run make proto first"),
        ({"gen.go": "package main\n\n//go:generate protoc --go_out=pb a.proto\n"}, "generate or add pb first"),
    ],
)
def test_a_package_that_nothing_makes_is_refused(more, hint):
    with pytest.raises(UndecidedError, match="its own package pb") as caught:
        build_of({"go.mod": MOD, "main.go": main("github.com/o/shop/pb"), **more})
    assert caught.value.where == "main.go:4"
    assert hint in str(caught.value)


@pytest.mark.parametrize(
    ("files", "line"),
    [
        ({"Makefile": 'b:\n\tgo build -ldflags "-X main.version=$(V)" .\n'}, "ARG VERSION=dev\n"),
        ({".goreleaser.yml": "builds:\n- ldflags:\n  - -s -w -X github.com/o/shop/build.Version={{.Version}}\n"}, 'ARG VERSION=""\n'),
        ({"Makefile": 'b:\n\tgo build -ldflags "-X main.commit=$(V) -X $(PKG).Version=1" .\n'}, ""),
        ({"Makefile": 'b:\n\tgo build -ldflags "-X main.appVersion=$(V)" .\n'}, ""),
    ],
)  # fmt: skip
def test_the_version_that_the_linker_sets(files, line):
    code = {
        "main.go": main("github.com/o/shop/build") + '\nvar version = "dev"\n',
        "build/b.go": "package build\n\nvar (\n\tVersion string\n)\n",
    }
    text = text_of({"go.mod": MOD, **code, **files})
    assert ("ARG VERSION" in text) is bool(line)
    assert line in text
    assert ('=$VERSION"' in text) is bool(line)
