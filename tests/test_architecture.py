"""The rules of the house that a reviewer would have to watch for: I/O at the edges, one direction, cheap imports."""

from __future__ import annotations

import ast
import re

import pytest
from helpers import ROOT

PACKAGE = ROOT / "generator" / "dockgen"
MODULES = sorted(str(p.relative_to(PACKAGE)) for p in PACKAGE.rglob("*.py"))
# Where files, processes, the environment and the terminal may be touched.
EDGES = (
    "project.py", "history.py", "merge.py", "sources.py", "packs.py", "gitpack.py", "vendoring.py", "writer.py",
    "lock.py", "locking.py", "signals.py", "registry.py", "resources.py", "__main__.py", "cli/", "verify/engine/",
)  # fmt: skip
FORBIDDEN_CALLS = {"open", "print", "input", "exec", "eval", "__import__"}
FORBIDDEN_MODULES = {
    "subprocess",
    "socket",
    "urllib",
    "http",
    "tempfile",
    "shutil",
    "glob",
    "random",
    "time",
    "datetime",
}
# Costly to import: only inside the functions that need them.
SLOW = {"click", "jinja2", "yaml", "questionary", "packaging", "nodesemver", "tomllib", "importlib.metadata"}
# A stage may use what comes before it on the way through the house, never what comes after.
LATER = ("render", "changes", "writer", "header", "templating", "cli")


def imports(tree):
    """(name, is it at module level, outside `if TYPE_CHECKING`) of every import."""
    guarded = {
        id(n)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
        for n in ast.walk(node)
    }
    inside = {
        id(n)
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        for n in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in guarded:
            continue
        names = (
            [a.name for a in node.names]
            if isinstance(node, ast.Import)
            else [node.module or "", *(f"{node.module}.{a.name}" for a in node.names)]
            if isinstance(node, ast.ImportFrom)
            else []
        )
        for name in names:
            yield name, id(node) not in inside


def parse(module):
    return ast.parse((PACKAGE / module).read_text(encoding="utf-8"))


@pytest.mark.parametrize("module", [m for m in MODULES if not m.startswith(EDGES)])
def test_io_stays_at_the_edges(module):
    tree = parse(module)
    used = {name.partition(".")[0] for name, _ in imports(tree)}
    assert not used & FORBIDDEN_MODULES
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in FORBIDDEN_CALLS, f"line {node.lineno}"
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "os":
            assert node.attr not in {"environ", "getcwd", "getenv", "system", "popen"}, f"line {node.lineno}"


@pytest.mark.parametrize("module", [m for m in MODULES if not m.startswith(("cli/", "templating/", "jinja.py"))])
def test_slow_libraries_are_imported_where_they_are_needed(module):
    at_top = {name for name, top in imports(parse(module)) if top}
    assert not {n for n in at_top for s in SLOW if n == s or n.startswith(s + ".")}


@pytest.mark.parametrize("module", [m for m in MODULES if m.startswith(("stacks/", "project", "facts", "plan"))])
def test_detection_and_planning_do_not_look_ahead(module):
    for name, _ in imports(parse(module)):
        assert not re.match(rf"dockgen\.({'|'.join(LATER)})\b", name), name


@pytest.mark.parametrize("module", MODULES)
def test_a_module_says_its_job_in_its_first_line(module):
    text = ast.get_docstring(parse(module))
    assert text
    assert len(text.splitlines()[0]) <= 120
