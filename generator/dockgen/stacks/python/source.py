"""Parse one Python source without running it: what it imports, defines and does at module level."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockgen.project import Project

MAX_PARSED = 400
_ASIDE = re.compile(
    r"(^|/)(tests?|testing|docs?|examples?|samples?|scripts?|tools|benchmarks?|migrations|alembic|node_modules|"
    r"locale|static|frontend|notebooks?|\.[^/]*)/"
    r"|(^|/)(test_[^/]*|[^/]*_test|conftest|setup|noxfile|fabfile|tasks|versioneer)\.py$"
)


@dataclass(slots=True)
class Module:
    """What one source file says. `path` is its file, `imports` local name -> dotted name."""

    path: str
    tree: ast.Module
    imports: dict[str, str] = field(default_factory=dict)
    absolute: set[str] = field(default_factory=set)  # first parts of absolute imports
    relative: bool = False  # it imports from its own package
    functions: dict[str, ast.FunctionDef | ast.AsyncFunctionDef] = field(default_factory=dict)
    classes: dict[str, ast.ClassDef] = field(default_factory=dict)
    is_script: bool = False  # has `if __name__ == "__main__"` or statements that call something


def sources(project: Project) -> list[str]:
    """The app's own Python files, shallow first; tests, docs, migrations and the like left out."""
    return [f for f in project.ending(".py") if not _ASIDE.search(f)][:MAX_PARSED]


def parse(path: str, text: str) -> Module | None:
    """The source TEXT of the file PATH; None if it is not valid Python 3."""
    import warnings  # noqa: PLC0415  (start-up time: only a project with Python in it needs this)

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a project's odd escapes are no business of ours
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    module = Module(path, tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            _note_import(module, node)
        elif isinstance(node, ast.ImportFrom):
            _note_import_from(module, node)
    for statement in top_level(tree):
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
            module.functions[statement.name] = statement
        elif isinstance(statement, ast.ClassDef):
            module.classes[statement.name] = statement
        elif isinstance(statement, ast.If) and "__name__" in ast.dump(statement.test):
            module.is_script = True
    return module


def _note_import(module: Module, node: ast.Import) -> None:
    for alias in node.names:
        first = alias.name.split(".")[0]
        module.imports[alias.asname or first] = alias.name if alias.asname else first
        module.absolute.add(first)


def _note_import_from(module: Module, node: ast.ImportFrom) -> None:
    if node.level:
        module.relative = True
    elif node.module:
        module.absolute.add(node.module.split(".")[0])
    prefix = "." * node.level + (node.module or "")
    for alias in node.names:
        dotted = f"{prefix}.{alias.name}" if prefix.strip(".") else prefix + alias.name
        module.imports[alias.asname or alias.name] = dotted


def top_level(tree: ast.Module) -> Iterator[ast.stmt]:
    """Statements of the module itself, those inside `if`, `try` and `with` too."""
    stack: list[ast.stmt] = list(reversed(tree.body))
    while stack:
        node = stack.pop()
        yield node
        if isinstance(node, ast.If) and "__name__" in ast.dump(node.test):
            continue
        if isinstance(node, (ast.If, ast.Try, ast.With)):
            inner = [*node.body, *getattr(node, "orelse", [])]
            stack += reversed(inner)
