"""Go source as the compiler for linux sees it."""

from __future__ import annotations

import pytest
from dockgen.project import Project
from dockgen.stacks.go.gomod import line_number, parse, vendor_fits
from dockgen.stacks.go.source import Code, holds


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("linux", True),
        ("!windows", True),
        ("ignore", False),
        ("cgo", False),
        ("linux && (amd64 || arm64) && !cgo", True),
        ("darwin || (windows && amd64)", False),
        ("go1.21", True),
        ("go1.99", False),
        ("linux &&", False),
        ("((((", False),
        ("(" * 5000, False),
        ("", False),
    ],
)
def test_build_constraints(expression, expected):
    assert holds(expression) is expected


@pytest.mark.parametrize(
    ("name", "builds"),
    [
        ("main.go", True),
        ("main_linux.go", True),
        ("main_linux_amd64.go", True),
        ("main_windows.go", False),
        ("main_arm64.go", False),
        ("main_test.go", False),
        ("_main.go", False),
        ("linux_helper.go", True),
    ],
)
def test_file_names_are_constraints_too(name, builds):
    code = Code(Project.of({name: "package main\nfunc main() {}\n"}), {".": "x"})
    assert code.is_main(".") is builds


@pytest.mark.parametrize(
    "text",
    [
        "// package main\npackage lib\nfunc main() {}\n",
        "//go:build ignore\n\npackage main\nfunc main() {}\n",
        "// +build ignore\n\npackage main\nfunc main() {}\n",
        "package main\n/* func main() {} */\n",
        "package main\nfunc mainly() {}\n",
        "package maintenance\nfunc main() {}\n",
        "/*" * 100_000,
        "\0binary",
        "",
    ],
)
def test_no_program(text):
    assert Code(Project.of({"a.go": text}), {".": "x"}).is_main(".") is False


def test_program_follows_imports_of_its_own_module_only():
    project = Project.of(
        {
            "main.go": 'package main\n\nimport (\n\tx "m.org/a/one"\n\t// "m.org/a/three"\n)\n\nfunc main() {}\n',
            "one/one.go": 'package one\n\nimport "m.org/a/one/two"\n',
            "one/two/two.go": "package two\n",
            "three/three.go": "package three\n",
        }
    )
    files = [f.path for f in Code(project, {".": "m.org/a"}).program(".")]
    assert files == ["main.go", "one/one.go", "one/two/two.go"]


def test_go_mod():
    text = (
        "module example.com/a/b/v3 // hi\n\ngo 1.21\ntoolchain go1.26.1\n\n"
        "require (\n\tx.org/y v1.0.0\n\tx.org/z v2.0.0 // indirect\n)\nreplace x.org/y => ../y\nreplace x.org/q => r.org/q v1.0.0\n"
    )
    module = parse(Project.of({"svc/go.mod": text}), "svc/go.mod")
    assert (module.name, module.go, module.toolchain, module.local) == ("b", "1.21", "go1.26.1", ("y",))
    assert {k: (r.indirect, r.line) for k, r in module.requires.items()} == {
        "x.org/y": (False, 7),
        "x.org/z": (True, 8),
    }


@pytest.mark.parametrize(
    "text", ["", "module", "(((", "require (\n)\n)", 'module "\ngo x', "module a\nrequire a b c d"]
)
def test_go_mod_that_is_none_is_no_traceback(text):
    assert parse(Project.of({"go.mod": text}), "go.mod").requires == {}


@pytest.mark.parametrize(
    ("text", "expected"), [("1.21", (1, 21)), ("go1.21.5", (1, 21)), ("1.27rc1", (1, 27)), ("one", None), ("1", None)]
)
def test_line_numbers(text, expected):
    assert line_number(text) == expected


@pytest.mark.parametrize(
    ("vendored", "fits"), [("# a.org/b v1.0.0\n", True), ("# a.org/b v0.9.0\n", False), ("", False)]
)
def test_vendor_folder_must_agree_with_go_mod(vendored, fits):
    project = Project.of({"go.mod": "module m\nrequire a.org/b v1.0.0\n", "vendor/modules.txt": vendored})
    assert vendor_fits(project, parse(project, "go.mod")) is fits
